import { useTranslation } from 'react-i18next';
import { defaultEmulationImage } from '@shared/model/emulation.ts';
import type { Settings } from '@shared/model/settings.ts';
import type { InputFor } from '../../api/client.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { Button, ErrorCard, Field, Input, Page, Select, Skeleton, Switch } from '../../components/index.ts';
import { GitHostsList } from '../git-hosts/git-hosts-list.tsx';
import { KeyVaultSection } from './key-vault-section.tsx';
import { Group, Row } from './settings-group.tsx';
import { useEdited } from './use-edited.ts';

type Change = InputFor<'settings', 'update'>;

const mebibyte = 1_048_576;

/** Settings of window and command line. Each is in force as soon as it is changed. */
export function SettingsScreen() {
  const { t } = useTranslation('settings');
  const settings = useOperation('settings', 'get', undefined);
  const info = useOperation('app', 'info', undefined);
  const update = useCommand('settings', 'update');
  return (
    <Page title={t('title')} lead={t('lead')} measure="reading">
      {settings.error !== null && (
        <ErrorCard error={settings.error.error} onFix={{ retry: () => void settings.refetch() }} />
      )}
      {update.error !== null && <ErrorCard error={update.error.error} onFix={{ retry: () => update.reset() }} />}
      {settings.isPending && <Skeleton rows={10} />}
      {settings.data !== undefined && (
        <>
          <Sections settings={settings.data} onChange={(change) => update.mutate(change)} />
          <KeyVaultSection />
          <Group id="gitHosts">
            <GitHostsList />
          </Group>
        </>
      )}
      {info.data !== undefined && (
        <p className="text-xs text-ink-3">
          {t('about', { version: info.data.version })} <code className="text-xs break-all">{info.data.home}</code>
        </p>
      )}
    </Page>
  );
}

interface SectionsProps {
  readonly settings: Settings;
  readonly onChange: (change: Change) => void;
}

function Sections({ settings, onChange }: SectionsProps) {
  const { t } = useTranslation('settings');
  return (
    <>
      <Group id="look">
        <Row>
          <Field label={t('language.label')}>
            <Select
              value={settings.language}
              options={[
                { value: 'system', label: t('language.system') },
                { value: 'en', label: 'English' },
                { value: 'ko', label: '한국어' },
              ]}
              onValue={(language) => onChange({ language })}
            />
          </Field>
          <Field label={t('theme.label')}>
            <Select
              value={settings.theme}
              options={(['system', 'light', 'dark'] as const).map((theme) => ({
                value: theme,
                label: t(`theme.${theme}`),
              }))}
              onValue={(theme) => onChange({ theme })}
            />
          </Field>
        </Row>
        <Switch
          checked={settings.singleKeyShortcuts}
          label={t('singleKeys.label')}
          hint={t('singleKeys.hint')}
          onChecked={(singleKeyShortcuts) => onChange({ singleKeyShortcuts })}
        />
      </Group>
      <Group id="builds">
        <TextSetting
          label={t('defaultRegistry.label')}
          hint={t('defaultRegistry.hint')}
          placeholder="registry.example.com"
          value={settings.defaultRegistry}
          onSave={(defaultRegistry) => onChange({ defaultRegistry })}
        />
      </Group>
      <Group id="engine">
        <TextSetting
          label={t('engineHost.label')}
          hint={t('engineHost.hint')}
          placeholder="unix:///var/run/docker.sock"
          value={settings.engineHost}
          onSave={(engineHost) => onChange({ engineHost })}
        />
        <Switch
          checked={settings.embeddedEngine}
          label={t('embedded.label')}
          hint={t('embedded.hint')}
          onChecked={(embeddedEngine) => onChange({ embeddedEngine })}
        />
        <TextSetting
          label={t('emulationImage.label')}
          hint={t('emulationImage.hint')}
          placeholder={defaultEmulationImage}
          value={settings.emulationImage}
          onSave={(image) => onChange({ emulationImage: image === '' ? defaultEmulationImage : image })}
        />
      </Group>
      <Group id="runs">
        <Row>
          <NumberSetting
            label={t('concurrentRuns.label')}
            hint={t('concurrentRuns.hint')}
            value={settings.concurrentRuns}
            least={1}
            most={64}
            onSave={(concurrentRuns) => onChange({ concurrentRuns })}
          />
          <NumberSetting
            label={t('stepsSideBySide.label')}
            hint={t('stepsSideBySide.hint')}
            value={settings.stepsSideBySide}
            least={0}
            most={64}
            onSave={(stepsSideBySide) => onChange({ stepsSideBySide })}
          />
        </Row>
        <Row>
          <NumberSetting
            label={t('retentionDays.label')}
            hint={t('retentionDays.hint')}
            value={settings.retentionDays}
            least={1}
            most={3650}
            onSave={(retentionDays) => onChange({ retentionDays })}
          />
          <NumberSetting
            label={t('logLimit.label')}
            hint={t('logLimit.hint')}
            value={Math.round(settings.logLimitBytes / mebibyte)}
            least={1}
            most={1_048_576}
            onSave={(mebibytes) => onChange({ logLimitBytes: mebibytes * mebibyte })}
          />
        </Row>
      </Group>
    </>
  );
}

interface TextSettingProps {
  readonly label: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onSave: (value: string) => void;
}

/** A line of text that is saved on Enter or when it is left. */
function TextSetting({ label, hint, placeholder, value, onSave }: TextSettingProps) {
  const { t } = useTranslation('settings');
  const [text, setText] = useEdited(value);
  const save = () => {
    if (text.trim() !== value) onSave(text.trim());
  };
  return (
    <form
      className="flex items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Field label={label} hint={hint} className="flex-1">
        <Input mono value={text} placeholder={placeholder} onValue={setText} onBlur={save} />
      </Field>
      <Button type="submit" className="mt-5" disabled={text.trim() === value}>
        {t('save')}
      </Button>
    </form>
  );
}

interface NumberSettingProps {
  readonly label: string;
  readonly hint: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly onSave: (value: number) => void;
}

function NumberSetting({ label, hint, value, least, most, onSave }: NumberSettingProps) {
  const { t } = useTranslation('settings');
  const [text, setText] = useEdited(String(value));
  const number = Number(text);
  const valid = text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most;
  const save = () => {
    if (valid && number !== value) onSave(number);
  };
  return (
    <Field label={label} hint={hint} error={valid ? undefined : t('range', { least, most })}>
      <Input
        inputMode="numeric"
        className="max-w-32"
        value={text}
        onValue={setText}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save();
        }}
      />
    </Field>
  );
}
