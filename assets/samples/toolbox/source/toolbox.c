// The tools of the samples in one small program, so that an image can start FROM scratch and nothing is pulled.
// scripts/build-toolbox.mjs builds it.
#include "system.h"

#include "text.h"

#include "network.h"

#include "http.h"

#include "chart.h"

static char **environment;

/** The value of a variable; NULL when it isn't set. */
static const char *variable(const char *name) {
  for (char **at = environment; *at != NULL; at++)
    if (begins(*at, name) && (*at)[length(name)] == '=') return *at + length(name) + 1;
  return NULL;
}

/** Reads a file into a room of its own; NULL when that can't be done. It ends with a zero byte. */
static char *content_of(const char *path, long *size) {
  static char room[(1 << 20) + 1];
  int file = open_file(here, path, O_RDONLY);
  if (file < 0) return NULL;
  *size = read_all(file, room, sizeof room - 1);
  close_file(file);
  if (*size < 0) return NULL;
  room[*size] = 0;
  return room;
}

/** print TEXT…: the words, with blanks between them. */
static int print(struct words *words) {
  static char room[8192];
  struct collected all = {room, 0, sizeof room - 1, false};
  for (int at = 0; at < words->count; at++) {
    if (at > 0) add(&all, " ");
    add(&all, words->at[at]);
  }
  room[all.used++] = '\n';
  write_all(output, room, all.used);
  return 0;
}

/** env NAME…: `NAME=value` of each; fails when one isn't set. */
static int env(struct words *words) {
  int missing = 0;
  while (words->count > 0) {
    const char *name = next(words, "a name");
    const char *value = variable(name);
    if (value != NULL) {
      say(name, "=", value);
      continue;
    }
    line(errors, "toolbox: ", name, " is not set", NULL);
    missing = 1;
  }
  return missing;
}

/** show FILE: what is in it. */
static int show(struct words *words) {
  const char *path = next(words, "a file");
  no_more(words);
  long size;
  const char *content = content_of(path, &size);
  if (content == NULL) fail(1, "can't read ", path);
  write_all(output, content, (size_t)size);
  return 0;
}

/** check FILE [--contains TEXT] [--without TEXT] [--at-most BYTES]: a test of a file. */
static int check(struct words *words) {
  const char *wanted = option(words, "--contains");
  const char *unwanted = option(words, "--without");
  const char *most = option(words, "--at-most");
  const char *path = next(words, "a file");
  no_more(words);
  long size;
  const char *content = content_of(path, &size);
  if (content == NULL) fail(1, "not ok: can't read ", path);
  if (wanted != NULL && find(content, (size_t)size, wanted) == NULL)
    fail(1, "not ok: \"", wanted, "\" is not in ", path);
  if (unwanted != NULL && find(content, (size_t)size, unwanted) != NULL)
    fail(1, "not ok: \"", unwanted, "\" is in ", path);
  if (most != NULL && size > whole_number(most, "--at-most"))
    fail(1, "not ok: ", path, " has ", decimal((unsigned long)size), " bytes, more than ", most);
  say("ok: ", path);
  return 0;
}

/** flaky FILE N: fails until it was called N times; the file counts. */
static int flaky(struct words *words) {
  const char *path = next(words, "a file to count in");
  const char *needed = next(words, "how many calls it takes");
  no_more(words);
  long size, calls = 0;
  const char *content = content_of(path, &size);
  if (content != NULL) calls = number(content);
  if (calls < 0) fail(1, "no number in ", path);
  const char *now_called = decimal((unsigned long)calls + 1);
  int file = open_file(here, path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file < 0 || !write_all(file, now_called, length(now_called))) fail(1, "can't write ", path);
  close_file(file);
  if (calls + 1 < whole_number(needed, "the number of calls")) fail(1, "call ", now_called, " of ", needed, ": timed out");
  say("call ", now_called, " of ", needed, ": done");
  return 0;
}

int run(int count, char **words_given, char **environment_given) {
  environment = environment_given;
  if (count < 2)
    fail(2, "print TEXT | env NAME | show FILE | check FILE | sleep SECONDS | fail CODE | flaky FILE N | serve FOLDER | "
            "get URL | package CHART | upgrade RELEASE PACKAGE");
  const char *applet = words_given[1];
  struct words words = {count - 2, words_given + 2};
  if (same(applet, "print")) return print(&words);
  if (same(applet, "env")) return env(&words);
  if (same(applet, "show")) return show(&words);
  if (same(applet, "check")) return check(&words);
  if (same(applet, "flaky")) return flaky(&words);
  if (same(applet, "serve")) return serve(&words);
  if (same(applet, "get")) return get(&words);
  if (same(applet, "package")) return package(&words);
  if (same(applet, "upgrade")) {
    const char *cluster = variable("CLUSTER");
    return upgrade(&words, cluster == NULL ? "cluster" : cluster);
  }
  if (same(applet, "sleep")) {
    sleep_for(whole_number(next(&words, "seconds"), "the time"));
    return 0;
  }
  if (same(applet, "fail")) {
    int code = words.count == 0 ? 1 : (int)whole_number(next(&words, "a code"), "the code");
    fail(code, "failing, as it was told");
  }
  fail(2, "there is no applet ", applet);
}
