import { createInstance, type TFunction } from 'i18next';
import type { AppError } from '@shared/model/app-error.ts';
import type { Finding } from '@shared/model/run.ts';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import enCli from '@shared/i18n/en/cli.json' with { type: 'json' };
import enErrors from '@shared/i18n/en/errors.json' with { type: 'json' };
import enFindings from '@shared/i18n/en/findings.json' with { type: 'json' };
import enTask from '@shared/i18n/en/task.json' with { type: 'json' };
import koCli from '@shared/i18n/ko/cli.json' with { type: 'json' };
import koErrors from '@shared/i18n/ko/errors.json' with { type: 'json' };
import koFindings from '@shared/i18n/ko/findings.json' with { type: 'json' };
import koTask from '@shared/i18n/ko/task.json' with { type: 'json' };
import { printable } from './printable.ts';

/** The words of the command line, in the language of the settings or of the shell. */
export interface Messages {
  readonly t: TFunction;
  /** What happened, why, and what to do: one paragraph each. */
  error(error: AppError): { readonly title: string; readonly why: string; readonly todo: string };
  finding(finding: Finding): string;
  /** ACR's words, or the code, where there is no sentence for it. */
  taskFinding(finding: TaskFinding): string;
}

/** The shell's language, as gettext finds it: LC_ALL, LC_MESSAGES, LANG. */
export function shellLanguage(env: NodeJS.ProcessEnv): 'en' | 'ko' {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return locale.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

/** Loads the words of one language, English behind it. */
export async function loadMessages(language: 'en' | 'ko'): Promise<Messages> {
  const i18n = createInstance();
  await i18n.init({
    lng: language,
    fallbackLng: 'en',
    ns: ['cli', 'errors', 'findings', 'task'],
    defaultNS: 'cli',
    // A terminal is no HTML.
    interpolation: { escapeValue: false },
    // An error may not know all that its text could name.
    missingInterpolationHandler: () => '',
    resources: {
      en: { cli: enCli, errors: enErrors, findings: enFindings, task: enTask },
      ko: { cli: koCli, errors: koErrors, findings: koFindings, task: koTask },
    },
  });
  const t = i18n.t;
  const taskFinding = ({ code, params, acr }: TaskFinding) => {
    const key = `task:finding.${code}.text`;
    return printable(i18n.exists(key) ? t(key, params).trim() : (acr ?? code));
  };
  return {
    t,
    error: ({ code, params }) => ({
      title: printable(t(`errors:${code}.title`, params).trim()),
      why: printable(t(`errors:${code}.why`, params).trim()),
      todo: printable(t(`errors:${code}.todo`, params).trim()),
    }),
    finding: ({ code, params }) => printable(t(`findings:${code}`, params)),
    taskFinding,
  };
}
