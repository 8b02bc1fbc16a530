import { QueryClientProvider } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { Tooltip } from '@base-ui/react/tooltip';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import type { i18n } from 'i18next';
import { Router } from 'wouter';
import { followEvents } from '../api/invalidation.ts';
import { useOperation } from '../api/hooks.ts';
import { useShortcuts } from '../commands/index.ts';
import { resolveLanguage } from '../i18n/i18n.ts';
import { hashHref, navigate, useHashPath, useHashSearch } from './location.ts';
import { rememberLook, useTheme } from './theme.ts';

interface ProvidersProps {
  readonly queries: QueryClient;
  readonly i18n: i18n;
  readonly children: ReactNode;
}

/** What every screen stands on: answers from main, the router, words and theme. */
export function Providers({ queries, i18n, children }: ProvidersProps) {
  useEffect(() => followEvents(queries, navigate), [queries]);
  return (
    <QueryClientProvider client={queries}>
      <I18nextProvider i18n={i18n}>
        <Router hook={useHashPath} searchHook={useHashSearch} hrefs={hashHref}>
          <Tooltip.Provider>
            <SettingsInForce i18n={i18n} />
            {children}
          </Tooltip.Provider>
        </Router>
      </I18nextProvider>
    </QueryClientProvider>
  );
}

function SettingsInForce({ i18n }: { readonly i18n: i18n }) {
  const { data: settings } = useOperation('settings', 'get', undefined);
  useTheme(settings?.theme);
  useShortcuts(settings?.singleKeyShortcuts ?? true);
  useEffect(() => {
    if (settings === undefined) return;
    rememberLook(settings);
    void i18n.changeLanguage(resolveLanguage(settings.language, navigator.language));
  }, [settings, i18n]);
  return null;
}
