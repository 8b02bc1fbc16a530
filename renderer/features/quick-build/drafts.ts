import { createDrafts } from '../../app/drafts.ts';
import type { BuildForm } from './form.ts';

/** Quick build forms by the folder, or the run to repeat. */
export const { useDraft, dropDraft } = createDrafts<BuildForm>();
