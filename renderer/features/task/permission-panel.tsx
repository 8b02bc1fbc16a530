import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskPreview } from '@shared/model/quick-run.ts';
import { Button, cx, Switch } from '../../components/index.ts';
import { permissionRequests, setAllowed } from './permissions.ts';
import type { PermissionRequest } from './permissions.ts';
import type { FormPartProps } from './run-task-screen.tsx';

interface PermissionPanelProps extends FormPartProps {
  readonly preview: TaskPreview;
  /** Takes back what was allowed before. */
  readonly onWithdraw: () => void;
}

/** What reaches beyond the task's own containers; each is allowed once, by the person. */
export function PermissionPanel({ form, onForm, preview, onWithdraw }: PermissionPanelProps) {
  const { t } = useTranslation('task-screen');
  const requests = useMemo(() => permissionRequests(preview, form.allow), [preview, form.allow]);
  if (requests.length === 0) return null;
  const missing = requests.filter((request) => !request.allowed).length;
  const Icon = missing > 0 ? ShieldAlert : ShieldCheck;
  return (
    <section
      aria-label={t('permission.title')}
      data-part="permissions"
      className={cx('rounded-md border', missing > 0 ? 'border-warning-line bg-warning-bg' : 'border-line bg-canvas')}
    >
      <header className="flex items-start gap-2 px-3 pt-2.5 pb-2">
        <Icon
          aria-hidden
          size={16}
          strokeWidth={1.75}
          className={cx('mt-0.5 shrink-0', missing > 0 ? 'text-warning-fg' : 'text-succeeded-fg')}
        />
        <div className="min-w-0">
          <h2 className="font-semibold">
            {missing > 0 ? t('permission.asks', { count: missing }) : t('permission.granted')}
          </h2>
          <p className="text-xs text-ink-2">{t('permission.lead')}</p>
        </div>
      </header>
      <ul>
        {requests.map((request) => (
          <Permission
            key={request.permission}
            request={request}
            onAllowed={(allowed) =>
              onForm((now) => ({ ...now, allow: setAllowed(now.allow, request.permission, allowed) }))
            }
            onWithdraw={onWithdraw}
          />
        ))}
      </ul>
    </section>
  );
}

interface PermissionProps {
  readonly request: PermissionRequest;
  readonly onAllowed: (allowed: boolean) => void;
  readonly onWithdraw: () => void;
}

function Permission({ request, onAllowed, onWithdraw }: PermissionProps) {
  const { t } = useTranslation('task-screen');
  const { permission, uses, remembered, allowed } = request;
  return (
    <li className="flex flex-col gap-1.5 border-t border-line px-3 py-2.5">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1 basis-60">
          <p className="font-medium">{t(`permission.${permission}.title`)}</p>
          <p className="text-xs text-ink-2">{t(`permission.${permission}.text`)}</p>
        </div>
        {remembered ? (
          <span className="flex items-center gap-2 text-xs leading-5 text-ink-2">
            {t('permission.remembered')}
            <Button size="small" onClick={onWithdraw}>
              {t('permission.withdraw')}
            </Button>
          </span>
        ) : (
          <Switch
            size="small"
            checked={allowed}
            onChecked={onAllowed}
            label={
              <>
                {t('permission.allow')}
                <span className="sr-only">: {t(`permission.${permission}.title`)}</span>
              </>
            }
          />
        )}
      </div>
      <ul className="flex flex-col gap-0.5">
        {uses.map(({ step, detail }, index) => (
          <li key={index} className="flex min-w-0 items-baseline gap-2 text-xs">
            <span className="max-w-1/3 shrink-0 truncate text-ink-2" title={step}>
              {step}
            </span>
            <code className="min-w-0 text-xs break-all">{detail}</code>
          </li>
        ))}
      </ul>
    </li>
  );
}
