import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api/client.ts';
import { Button, IconButton } from './button.tsx';
import type { ButtonLook } from './button.tsx';
import { announce } from './announcer.tsx';
import { cx } from './cx.ts';
import { notifyFailure } from './toasts.tsx';

const saidForMs = 1_600;

/** Copies a text, and whether that was just done. */
export function useCopy(): { readonly copied: boolean; readonly copy: (text: string) => void } {
  const { t } = useTranslation('common');
  const [copiedAt, setCopiedAt] = useState<number>();
  useEffect(() => {
    if (copiedAt === undefined) return;
    const timer = setTimeout(() => setCopiedAt(undefined), saidForMs);
    return () => clearTimeout(timer);
  }, [copiedAt]);
  const copy = (text: string) => {
    client.app.copy({ text }).then(() => {
      setCopiedAt(performance.now());
      announce(t('copied'));
    }, notifyFailure);
  };
  return { copied: copiedAt !== undefined, copy };
}

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, as the button's name: "Copy digest". */
  readonly label: string;
  readonly size?: 'small' | 'normal';
  readonly className?: string;
}

export function CopyButton({ text, label, size = 'small', className }: CopyButtonProps) {
  const { t } = useTranslation('common');
  const { copied, copy } = useCopy();
  return (
    <IconButton
      icon={copied ? Check : Copy}
      label={copied ? t('copied') : label}
      size={size}
      className={cx(copied && 'text-succeeded-fg', className)}
      onClick={(event) => {
        event.stopPropagation();
        copy(text);
      }}
    />
  );
}

/** The same with words on it. */
export function CopyTextButton({
  text,
  children,
  look = 'plain',
}: {
  readonly text: string;
  readonly children: string;
  readonly look?: ButtonLook;
}) {
  const { t } = useTranslation('common');
  const { copied, copy } = useCopy();
  return (
    <Button size="small" look={look} icon={copied ? Check : Copy} onClick={() => copy(text)}>
      {copied ? t('copied') : children}
    </Button>
  );
}

/** A command or another short text to take along. */
export function CodeLine({
  text,
  label,
  wrap = false,
  className,
}: {
  readonly text: string;
  readonly label: string;
  readonly wrap?: boolean;
  readonly className?: string;
}) {
  return (
    <div
      className={cx(
        'flex min-w-0 items-start gap-1 rounded-md border border-line bg-surface-sunken py-1 pr-1 pl-2.5',
        className,
      )}
    >
      <code
        tabIndex={wrap ? undefined : 0}
        className={cx(
          'min-w-0 flex-1 py-0.5 leading-5 text-ink',
          wrap ? 'whitespace-pre-wrap' : 'overflow-x-auto whitespace-pre',
        )}
      >
        {wrap ? <Words text={text} /> : text}
      </code>
      <CopyButton text={text} label={label} />
    </div>
  );
}

/** Broken at its blanks: the hyphens of a flag are no place for it. What is longer than a line is broken anywhere. */
function Words({ text }: { readonly text: string }) {
  return text.split(/(\s+)/).map((word, index) =>
    /\S/.test(word) ? (
      // oxlint-disable-next-line react/no-array-index-key -- a word may stand there twice, and nothing is moved
      <span key={index} className="inline-block max-w-full align-top break-all">
        {word}
      </span>
    ) : (
      word
    ),
  );
}
