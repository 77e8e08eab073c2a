// The page: GraphiQL with our bar above it, our tabs in it, and our way of sending requests.

import './worker-setup.js';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { createLocalStorage } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { Bar } from './bar.jsx';
import { fetcher } from './fetcher.js';
import { sampleTabs } from './samples.js';
import './style.css';

// A namespace of our own: another GraphiQL that once ran on this origin (localhost!) keeps its tabs, we keep ours.
const storage = createLocalStorage({ namespace: 'souk' });

// A first visit gets the samples; afterwards the tabs are the user's.
const firstVisit = storage.getItem('graphiql:tabState') === null;
const defaultTabs = firstVisit ? await sampleTabs() : undefined;

const plugins = [HISTORY_PLUGIN, explorerPlugin()];
const demo = document.querySelector('meta[name=souk-demo]').content === 'yes';

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL fetcher={fetcher} storage={storage} defaultTabs={defaultTabs} defaultQuery="" plugins={plugins}>
    <Bar demo={demo} />
  </GraphiQL>,
);
