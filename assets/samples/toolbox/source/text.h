// Text: compare, search, count, collect, say.
#include <stdarg.h>

static size_t length(const char *text) {
  size_t size = 0;
  while (text[size] != 0) size++;
  return size;
}
static bool begins(const char *text, const char *with) {
  while (*with != 0)
    if (*text++ != *with++) return false;
  return true;
}
static bool same(const char *one, const char *other) { return begins(one, other) && length(one) == length(other); }

/** Where `wanted` begins in `text`, or nothing. */
static const char *find(const char *text, size_t size, const char *wanted) {
  size_t wide = length(wanted);
  for (size_t at = 0; at + wide <= size; at++) {
    size_t equal = 0;
    while (equal < wide && text[at + equal] == wanted[equal]) equal++;
    if (equal == wide) return text + at;
  }
  return NULL;
}

/** A number of decimal digits; -1 when it is none, or too large. */
static long number(const char *digits) {
  long value = 0;
  if (*digits == 0) return -1;
  for (; *digits != 0; digits++) {
    if (*digits < '0' || *digits > '9' || value > 100000000) return -1;
    value = value * 10 + (*digits - '0');
  }
  return value;
}

/** A number as text. It stands in a place of its own until four more were asked for. */
static const char *decimal(unsigned long value) {
  static char rooms[4][24];
  static unsigned turn;
  char *at = rooms[turn++ % 4] + 23;
  *at = 0;
  do *--at = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  return at;
}

/** Collects bytes; what doesn't fit is left out, and `full` says so. */
struct collected {
  char *bytes;
  size_t used, size;
  bool full;
};

static void add_bytes(struct collected *to, const char *bytes, size_t size) {
  if (size > to->size - to->used) {
    to->full = true;
    return;
  }
  memcpy(to->bytes + to->used, bytes, size);
  to->used += size;
}
static void add(struct collected *to, const char *text) { add_bytes(to, text, length(text)); }

/** The texts one after another, ended by NULL, as one text. */
static const char *join(char *room, size_t size, ...) {
  struct collected all = {room, 0, size - 1, false};
  va_list parts;
  va_start(parts, size);
  for (const char *part; (part = va_arg(parts, const char *)) != NULL;) add(&all, part);
  va_end(parts);
  room[all.used] = 0;
  return all.full ? NULL : room;
}

/** One line, written at once, so that lines of steps that run side by side don't mix. */
static void line(int file, const char *first, ...) {
  static char room[4096];
  struct collected all = {room, 0, sizeof room - 1, false};
  va_list parts;
  va_start(parts, first);
  for (const char *part = first; part != NULL; part = va_arg(parts, const char *)) add(&all, part);
  va_end(parts);
  room[all.used++] = '\n';
  write_all(file, room, all.used);
}
#define say(...) line(output, __VA_ARGS__, NULL)
#define fail(code, ...) (line(errors, "toolbox: ", __VA_ARGS__, NULL), leave(code))

/** The words behind the applet's name. */
struct words {
  int count;
  char **at;
};

static void drop(struct words *words, int index, int count) {
  words->count -= count;
  for (int at = index; at < words->count; at++) words->at[at] = words->at[at + count];
}

/** Takes `--name VALUE` out of the words; NULL when it isn't there. */
static const char *option(struct words *words, const char *name) {
  for (int at = 0; at < words->count; at++) {
    if (!same(words->at[at], name)) continue;
    if (at + 1 == words->count) fail(2, name, " needs a value");
    const char *value = words->at[at + 1];
    drop(words, at, 2);
    return value;
  }
  return NULL;
}
static bool flag(struct words *words, const char *name) {
  for (int at = 0; at < words->count; at++) {
    if (!same(words->at[at], name)) continue;
    drop(words, at, 1);
    return true;
  }
  return false;
}

/** The next word that is no option. Ask for the options first. */
static char *next(struct words *words, const char *what) {
  if (words->count == 0) fail(2, "needs ", what);
  char *word = words->at[0];
  if (begins(word, "--")) fail(2, "doesn't know the option ", word);
  drop(words, 0, 1);
  return word;
}
static void no_more(const struct words *words) {
  if (words->count > 0) fail(2, "doesn't know what to do with ", words->at[0]);
}
static long whole_number(const char *text, const char *what) {
  long value = number(text);
  if (value < 0) fail(2, what, " is a whole number, and not ", text);
  return value;
}
