import { createDrafts } from '../../app/drafts.ts';
import type { TaskForm } from './form.ts';

/** Task forms by what they were opened for. */
export const { useDraft, dropDraft } = createDrafts<TaskForm>();
