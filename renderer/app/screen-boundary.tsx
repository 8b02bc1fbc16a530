import { Component } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, CopyTextButton } from '../components/index.ts';

interface State {
  readonly failed: Error | undefined;
}

/** A fault in one screen leaves the rest of the window usable. */
export class ScreenBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { failed: undefined };

  static getDerivedStateFromError(thrown: unknown): State {
    return { failed: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): ReactNode {
    return this.state.failed === undefined ? this.props.children : <ScreenFailed error={this.state.failed} />;
  }
}

function ScreenFailed({ error }: { readonly error: Error }) {
  const { t } = useTranslation('common');
  const text = error.stack ?? error.message;
  return (
    <div role="alert" className="mx-auto flex max-w-220 flex-col gap-3 p-6">
      <h1 className="text-xl font-semibold">{t('error.screen')}</h1>
      <p className="text-ink-2">{t('error.screenTodo')}</p>
      <pre
        className="max-h-80 overflow-auto rounded-md border border-line bg-surface p-3 whitespace-pre-wrap"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {text}
      </pre>
      <div className="flex gap-2">
        <Button look="primary" onClick={() => window.location.reload()}>
          {t('error.reload')}
        </Button>
        <CopyTextButton text={text}>{t('error.copy')}</CopyTextButton>
      </div>
    </div>
  );
}
