import { Cpu } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  acrPlatforms,
  canSetUpEmulation,
  missingPlatforms,
  type PlatformSupport,
  platformSupport,
} from '@shared/model/emulation.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { Button, Chip, CodeLine, Dialog, ErrorCard, Panel, Section, type Tone } from '../../components/index.ts';

const tones: Readonly<Record<PlatformSupport, Tone>> = {
  own: 'succeeded',
  emulated: 'accent',
  missing: 'warning',
  unknown: 'plain',
  otherSystem: 'plain',
};

/** How the engine runs programs of each platform, and the way to have those that it lacks. */
export function EmulationSection({ name, info }: { readonly name: string; readonly info: EngineInfo }) {
  const { t } = useTranslation('engine');
  const [asking, setAsking] = useState(false);
  const setUp = useCommand('engine', 'setUpEmulation');
  const canSetUp = canSetUpEmulation(info);
  const go = () => {
    setAsking(false);
    setUp.mutate({ consent: true, name });
  };
  return (
    <Section
      title={t('emulation.title')}
      aside={
        canSetUp && (
          <Button size="small" icon={Cpu} busy={setUp.isPending} onClick={() => setAsking(true)}>
            {t('emulation.setUp')}
          </Button>
        )
      }
    >
      {setUp.error !== null && <ErrorCard error={setUp.error.error} onFix={{ retry: () => setAsking(true) }} />}
      {setUp.isSuccess && missingPlatforms(info).length > 0 && (
        <output className="text-ink-2">
          {t('emulation.stillMissing', { platforms: missingPlatforms(info).join(', ') })}
        </output>
      )}
      <Panel>
        <ul className="divide-y divide-line">
          {acrPlatforms.map((each) => {
            const support = platformSupport(info, each);
            return (
              <li key={formatPlatform(each)} className="flex items-center gap-3 px-4 py-1.5">
                <code className="w-36 shrink-0 text-code">{formatPlatform(each)}</code>
                <span className="w-32 shrink-0">
                  <Chip tone={tones[support]}>{t(`emulation.support.${support}`)}</Chip>
                </span>
                <span className="min-w-0 text-xs text-ink-3">{t(`emulation.meaning.${support}`)}</span>
              </li>
            );
          })}
        </ul>
      </Panel>
      <ConsentDialog open={asking} host={info.host} onClose={() => setAsking(false)} onConsent={go} />
    </Section>
  );
}

interface ConsentDialogProps {
  readonly open: boolean;
  readonly host: string;
  readonly onClose: () => void;
  readonly onConsent: () => void;
}

function ConsentDialog({ open, host, onClose, onConsent }: ConsentDialogProps) {
  const { t } = useTranslation('engine');
  const { data: settings } = useOperation('settings', 'get', undefined);
  return (
    <Dialog open={open} onClose={onClose} title={t('emulation.consent.title')}>
      <div className="flex flex-col gap-3">
        <p>{t('emulation.consent.what')}</p>
        {settings !== undefined && (
          <CodeLine
            text={`docker run --privileged --rm ${settings.emulationImage} --install all`}
            label={t('emulation.consent.command')}
            wrap
          />
        )}
        <p className="text-ink-2">{t('emulation.consent.effect')}</p>
        <p className="text-xs break-all text-ink-3">
          {t('fact.host')}: {host}
        </p>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('emulation.consent.no')}</Button>
          <Button look="primary" disabled={settings === undefined} onClick={onConsent}>
            {t('emulation.consent.yes')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
