import { FolderOpen, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EngineKind, EngineTls, NamedEngine } from '@shared/model/named-engine.ts';
import { client } from '../../api/client.ts';
import { useCommand } from '../../api/hooks.ts';
import {
  Button,
  FailureCard,
  Field,
  Form,
  Input,
  notify,
  notifyFailure,
  Panel,
  Select,
  useFocusOnAppearing,
} from '../../components/index.ts';

type TlsChoice = 'none' | 'folder' | 'system';

interface EngineFormProps {
  readonly onAdded: (name: string) => void;
  readonly onClose: () => void;
}

/** Gives an engine a name. It is looked for at once, and kept whether it answers or not. */
export function EngineForm({ onAdded, onClose }: EngineFormProps) {
  const { t } = useTranslation('engine');
  const [name, setName] = useState('');
  const [host, setHost] = useState('');
  const [kind, setKind] = useState<EngineKind>('docker');
  const [tls, setTls] = useState<TlsChoice>('none');
  const [folder, setFolder] = useState('');
  const [tried, setTried] = useState(false);
  const add = useCommand('engine', 'add');
  const first = useFocusOnAppearing<HTMLInputElement>();
  const overNetwork = /^(tcp|https?):/i.test(host.trim());
  const missingFolder = overNetwork && tls === 'folder' && folder.trim() === '';
  const submit = () => {
    setTried(true);
    if (name.trim() === '' || host.trim() === '' || missingFolder || add.isPending) return;
    const material = overNetwork ? tlsOf(tls, folder.trim()) : undefined;
    const engine: NamedEngine = {
      name: name.trim(),
      host: host.trim(),
      kind,
      ...(material === undefined ? {} : { tls: material }),
    };
    add.mutate(engine, {
      onSuccess: (added) => {
        notify({ title: t('add.done', { name: added.name }) });
        onAdded(added.name);
      },
    });
  };
  const chooseFolder = () => {
    client.app.chooseFolder().then((chosen) => {
      if (chosen !== null) setFolder(chosen);
    }, notifyFailure);
  };
  return (
    <Panel className="p-4">
      <Form className="flex flex-col gap-4" onSubmit={submit}>
        <h2 className="text-lg font-semibold">{t('add.title')}</h2>
        <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,2fr)] items-start gap-3">
          <Field
            label={t('add.name')}
            hint={t('add.nameHint')}
            error={tried && name.trim() === '' ? t('add.missing.name') : undefined}
          >
            <Input ref={first} mono value={name} placeholder="build-host" onValue={setName} />
          </Field>
          <Field
            label={t('add.address')}
            hint={t('add.addressHint')}
            error={tried && host.trim() === '' ? t('add.missing.address') : undefined}
          >
            <Input mono value={host} placeholder="ssh://me@build-host" onValue={setHost} />
          </Field>
        </div>
        <Field label={t('add.kind')} hint={t(`add.kindHint.${kind}`)}>
          <Select
            value={kind}
            options={(['docker', 'buildkit'] as const).map((value) => ({ value, label: t(`add.kindChoice.${value}`) }))}
            onValue={setKind}
          />
        </Field>
        {overNetwork && (
          <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,2fr)] items-start gap-3">
            <Field label={t('add.tls')}>
              <Select
                value={tls}
                options={(['none', 'folder', 'system'] as const).map((value) => ({
                  value,
                  label: t(`add.tlsChoice.${value}`),
                }))}
                onValue={setTls}
              />
            </Field>
            {tls === 'folder' && (
              <div className="flex items-start gap-2">
                <Field
                  className="flex-1"
                  label={t('add.folder')}
                  hint={t('add.folderHint')}
                  error={tried && missingFolder ? t('add.missing.folder') : undefined}
                >
                  <Input mono value={folder} placeholder="~/.docker/build-host" onValue={setFolder} />
                </Field>
                <Button className="mt-5" icon={FolderOpen} onClick={chooseFolder}>
                  {t('add.choose')}
                </Button>
              </div>
            )}
            {tls === 'none' && <p className="mt-5 text-xs text-warning-fg">{t('add.plain')}</p>}
          </div>
        )}
        <FailureCard failure={add.error} onFix={{ retry: submit }} />
        <div className="flex items-center gap-2">
          <Button type="submit" look="primary" icon={Plus} busy={add.isPending}>
            {t('add.submit')}
          </Button>
          <Button look="quiet" onClick={onClose}>
            {t('add.cancel')}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}

function tlsOf(choice: TlsChoice, folder: string): EngineTls | undefined {
  switch (choice) {
    case 'none':
      return undefined;
    case 'folder':
      return { kind: 'folder', path: folder };
    case 'system':
      return { kind: 'files' };
  }
}
