/** So long an engine may take to make something small, in ms. */
const patience = 30_000;

/**
 * Makes something in an engine that can't be taken back half-way: an engine goes on with it when the request is dropped, and it
 * would be there with nobody knowing its name. So it is waited for, and undone where it was given up meanwhile.
 * @throws what `make` throws; the signal's reason
 */
export async function makeWhole<Made>(
  signal: AbortSignal,
  make: (signal: AbortSignal) => Promise<Made>,
  undo: (made: Made, signal: AbortSignal) => Promise<void>,
): Promise<Made> {
  signal.throwIfAborted();
  const made = await make(AbortSignal.timeout(patience));
  if (!signal.aborted) return made;
  await undo(made, AbortSignal.timeout(patience));
  throw signal.reason;
}
