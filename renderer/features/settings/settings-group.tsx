import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useQueryParams } from '../../app/location.ts';
import type { SettingsSection } from '../../app/paths.ts';
import { Panel, Section } from '../../components/index.ts';

/** A section of settings; the address can name one, which is then brought into view. */
export function Group({ id, children }: { readonly id: SettingsSection; readonly children: ReactNode }) {
  const { t } = useTranslation('settings');
  const wanted = useQueryParams().get('section') === id;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!wanted) return;
    place.current?.scrollIntoView({ block: 'start' });
    place.current?.querySelector<HTMLElement>('input, button')?.focus({ preventScroll: true });
  }, [wanted]);
  return (
    <div ref={place} className="scroll-mt-5">
      <Section title={t(`section.${id}`)}>
        <Panel className="flex flex-col gap-4 p-4">{children}</Panel>
      </Section>
    </div>
  );
}

/** Two settings side by side. */
export function Row({ children }: { readonly children: ReactNode }) {
  return <div className="grid grid-cols-2 items-start gap-4">{children}</div>;
}
