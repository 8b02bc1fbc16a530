import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useOperation } from '../../api/hooks.ts';
import { paths } from '../../app/paths.ts';
import { MiddleTruncate, Panel, Section } from '../../components/index.ts';
import { ExpiryNote } from '../registries/registry-notes.tsx';

/** Credentials that end soon, before a push fails for it. Nothing while there are none, or while the store is locked. */
export function ExpiringCredentials() {
  const { t } = useTranslation('home');
  const { data = [] } = useOperation('registries', 'expiring', undefined);
  if (data.length === 0) return null;
  return (
    <Section title={t('credentials')}>
      <Panel className="border-warning-line">
        <ul className="divide-y divide-line">
          {data.map((credential) => (
            <li key={credential.host}>
              <Link
                href={paths.signIn(credential.host)}
                className="flex flex-col gap-0.5 rounded-md px-3 py-2 hover:bg-hover"
              >
                <MiddleTruncate text={credential.host} className="font-medium" />
                <span className="flex text-xs">
                  <ExpiryNote credential={credential} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}
