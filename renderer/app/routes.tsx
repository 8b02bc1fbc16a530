import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Switch, useLocation } from 'wouter';
import { Button, Empty } from '../components/index.ts';
import { HomeScreen } from '../features/home/home-screen.tsx';
import { navigate } from './location.ts';
import { paths } from './paths.ts';
import { ScreenBoundary } from './screen-boundary.tsx';

// Home is in the first chunk; the others come when they are opened, and are fetched ahead while the window is idle.
const screens = {
  build: () => import('../features/quick-build/quick-build-screen.tsx'),
  tasks: () => import('../features/task/task-screen.tsx'),
  runs: () => import('../features/runs/runs-screen.tsx'),
  run: () => import('../features/run/run-screen.tsx'),
  registries: () => import('../features/registries/registries-screen.tsx'),
  settings: () => import('../features/settings/settings-screen.tsx'),
  engine: () => import('../features/engine/engine-screen.tsx'),
};

const QuickBuildScreen = lazy(async () => ({ default: (await screens.build()).QuickBuildScreen }));
const TaskScreen = lazy(async () => ({ default: (await screens.tasks()).TaskScreen }));
const RunsScreen = lazy(async () => ({ default: (await screens.runs()).RunsScreen }));
const RunScreen = lazy(async () => ({ default: (await screens.run()).RunScreen }));
const RegistriesScreen = lazy(async () => ({ default: (await screens.registries()).RegistriesScreen }));
const SettingsScreen = lazy(async () => ({ default: (await screens.settings()).SettingsScreen }));
const EngineScreen = lazy(async () => ({ default: (await screens.engine()).EngineScreen }));

/** Loads the other screens before they are asked for. */
export function preloadScreens(): void {
  requestIdleCallback(() => {
    // A chunk that can't be read shows itself when its screen is opened.
    void Promise.allSettled(Object.values(screens).map((load) => load()));
  });
}

/** The screen that the address names. */
export function Routes() {
  const [path] = useLocation();
  return (
    <ScreenBoundary key={path}>
      <Suspense>
        <Switch>
          <Route path="/">
            <HomeScreen />
          </Route>
          <Route path="/build">
            <QuickBuildScreen />
          </Route>
          <Route path="/task">
            <TaskScreen />
          </Route>
          <Route path="/runs">
            <RunsScreen />
          </Route>
          <Route path="/runs/:runId">{({ runId }) => <RunScreen key={runId} runId={runId} />}</Route>
          <Route path="/registries">
            <RegistriesScreen />
          </Route>
          <Route path="/settings">
            <SettingsScreen />
          </Route>
          <Route path="/engine">
            <EngineScreen />
          </Route>
          <Route>
            <NothingHere />
          </Route>
        </Switch>
      </Suspense>
    </ScreenBoundary>
  );
}

function NothingHere() {
  const { t } = useTranslation('common');
  return (
    <Empty title={t('notFound.title')} className="pt-24">
      <Button onClick={() => navigate(paths.home)}>{t('notFound.home')}</Button>
    </Empty>
  );
}
