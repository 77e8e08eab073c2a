// Monaco, GraphiQL's editor, checks and completes in web workers. All three kinds live in one file, see worker.js.

globalThis.MonacoEnvironment = {
  getWorker: (_module, kind) => new Worker(WORKER_URL, { name: kind }),
};
