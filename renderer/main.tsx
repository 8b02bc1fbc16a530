import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/query-client.ts';
import { Frame } from './app/frame.tsx';
import { Providers } from './app/providers.tsx';
import { preloadScreens } from './app/routes.tsx';
import { applyTheme, rememberedLook } from './app/theme.ts';
import { resolveLanguage, setUpI18n } from './i18n/i18n.ts';
import './styles/index.css';

const look = rememberedLook();
applyTheme(look.theme);
const i18n = setUpI18n(resolveLanguage(look.language, navigator.language));

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Providers queries={createQueryClient()} i18n={i18n}>
      <Frame />
    </Providers>
  </StrictMode>,
);
preloadScreens();
