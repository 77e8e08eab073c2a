// The page: GraphiQL with our bar above it, our tabs in it, and our way of sending requests.

import './worker-setup.js';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { pick, useGraphiQL } from '@graphiql/react';
import { createLocalStorage } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { Bar } from './bar.jsx';
import { fetcher } from './fetcher.js';
import { sampleTabs } from './samples/index.js';
import './style.css';

// A namespace of our own: another GraphiQL that once ran on this origin (localhost!) keeps its tabs, we keep ours.
const storage = createLocalStorage({ namespace: 'souk' });

// A first visit gets the samples; afterwards the tabs are the user's.
const firstVisit = storage.getItem('graphiql:tabState') === null;
const defaultTabs = firstVisit ? await sampleTabs() : undefined;

// Where there is little room, the variables wait below the operation until they are asked for.
const roomy = matchMedia('(min-width: 720px)').matches;

const plugins = [HISTORY_PLUGIN, explorerPlugin()];
const demo = document.querySelector('meta[name=souk-demo]').content === 'yes';

/** GraphiQL lets long lines end under its toolbar. */
function WrapLines() {
  const { queryEditor, variableEditor } = useGraphiQL(pick('queryEditor', 'variableEditor'));
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor]) editor?.updateOptions({ wordWrap: 'on', wrappingIndent: 'indent' });
  }, [queryEditor, variableEditor]);
}

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    defaultTabs={defaultTabs}
    defaultQuery=""
    initialVariables={defaultTabs?.[0].variables}
    defaultEditorToolsVisibility={roomy}
    plugins={plugins}
  >
    <WrapLines />
    <Bar demo={demo} />
  </GraphiQL>,
);
