import { type Checking, excerpt, firstLine, hasSpace, report } from './checking.ts';
import { nearestName } from './nearest-name.ts';
import type { Stretch } from './text-map.ts';
import type { Fields, GivenText } from './yaml/fields.ts';

/** A step with the name that others know it by. */
export interface NamedStep {
  readonly fields: Fields;
  readonly id: string;
  /** Where the id stands, or the step begins. */
  readonly at: Stretch;
}

const rootId = 'acb_root';

/** Names every step (spec: task-yaml 3, 4: T4, D1, D2): what has no id is called after its place, from 0. */
export function nameSteps(steps: readonly Fields[], checking: Checking): readonly NamedStep[] {
  const known = new Map<string, NamedStep>();
  return steps.map((fields, index) => {
    const given = fields.text('id');
    const id = given === undefined || given.value === '' ? `acb_step_${index}` : given.value;
    const step = { fields, id, at: given?.at ?? firstLine(checking, fields.at) };
    const details = { step: id, params: { id: excerpt(id) } };
    if (hasSpace(id)) report(checking, 'step.idSpace', step.at, { ...details, acr: 'step ID cannot contain spaces' });
    if (id === rootId)
      report(checking, 'step.reservedId', step.at, { ...details, acr: `${rootId} is a reserved ID, it can't be used` });
    const before = known.get(id);
    if (before === undefined) known.set(id, step);
    else
      report(checking, 'step.duplicateId', step.at, {
        ...details,
        lineOf: before.at,
        acr: `${id} already exists as a vertex`,
      });
    return step;
  });
}

/** What each step needs, from `when` (spec: task-yaml 5; T9, T10, D3, D4): without it, the step right above. */
export function orderSteps(steps: readonly NamedStep[], checking: Checking): readonly (readonly string[])[] {
  const places = new Map<string, number>();
  steps.forEach(({ id }, index) => {
    if (!places.has(id)) places.set(id, index);
  });
  const search = { steps, places, looksLeft };
  return steps.map((step, index) => {
    const when = step.fields.texts('when');
    if (when === undefined || when.value.length === 0) {
      const above = steps[index - 1];
      return above === undefined ? [] : [above.id];
    }
    const details = { step: step.id, params: { id: excerpt(step.id) } };
    if (when.value.length > 1 && when.value.some(({ value }) => value === '-'))
      report(checking, 'step.whenDash', when.at, {
        ...details,
        acr: 'step cannot contain other IDs in when if the immediate execution token is specified',
      });
    const seen = new Set<string>();
    return when.value.flatMap((need) => {
      const { value: id, at } = need;
      if (id === '-' || id === rootId) return [];
      if (seen.has(id)) {
        report(checking, 'step.repeatedWhen', at, { step: step.id, params: { id: excerpt(id) } });
        return [];
      }
      seen.add(id);
      return checkNeed(need, step, index, search, checking) ? [id] : [];
    });
  });
}

/** What steps are looked for in. */
interface StepSearch {
  readonly steps: readonly NamedStep[];
  readonly places: ReadonlyMap<string, number>;
  looksLeft: number;
}

/** How often a name is looked for that was most likely meant, and among how many steps: it takes its time. */
const looksLeft = 50;
const namesLookedAt = 200;

function checkNeed(
  { value: id, at }: GivenText,
  step: NamedStep,
  index: number,
  search: StepSearch,
  checking: Checking,
): boolean {
  const { steps, places } = search;
  const details = { step: step.id, params: { id: excerpt(id) } };
  if (id === '') {
    report(checking, 'step.emptyWhen', at, { ...details, acr: 'from cannot be empty' });
    return false;
  }
  if (id === step.id) {
    report(checking, 'step.selfReference', at, { ...details, acr: `Step ID: ${id} is self-referenced` });
    return false;
  }
  const place = places.get(id);
  if (place !== undefined && place < index) return true;
  const acr = `${id} does not exist as a vertex [from: ${id}, to: ${step.id}]`;
  const later = place === undefined ? undefined : steps[place];
  if (later !== undefined) {
    report(checking, 'step.laterWhen', at, { ...details, acr, lineOf: later.at });
    return false;
  }
  const above = search.looksLeft > 0 ? steps.slice(Math.max(0, index - namesLookedAt), index) : [];
  search.looksLeft -= 1;
  const meant = nearestName(
    id,
    above.map((each) => each.id),
  );
  if (meant === undefined) report(checking, 'step.unknownWhen', at, { ...details, acr });
  else
    report(checking, 'step.unknownWhenMeant', at, {
      ...details,
      params: { ...details.params, meant },
      acr,
      suggestion: meant,
    });
  return false;
}
