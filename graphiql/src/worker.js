// Monaco's three workers in one file, since most of their code is the same: each worker is named after what it is to be.
// The imports settle before the first message is delivered, so that none is lost.

const kinds = {
  graphql: () => import('monaco-graphql/esm/graphql.worker.js'),
  json: () => import('monaco-editor/esm/vs/language/json/json.worker.js'),
  editorWorkerService: () => import('monaco-editor/esm/vs/editor/editor.worker.js'),
};

kinds[self.name]();
