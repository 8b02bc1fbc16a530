// What the samples need of helm: `package` makes a chart archive, `upgrade` records a release. Nothing reaches a cluster.

static char archive[1 << 20];
static struct collected packed = {archive, 0, sizeof archive, false};

/** The CRC that gzip ends with (RFC 1952, 8). */
static uint32_t crc_of(const char *bytes, size_t size) {
  uint32_t crc = 0xffffffff;
  for (size_t at = 0; at < size; at++) {
    crc ^= (uint8_t)bytes[at];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}
static void add_number(struct collected *to, uint32_t value, int bytes) {
  for (int at = 0; at < bytes; at++) add_bytes(to, &(char){(char)(value >> 8 * at)}, 1);
}

static void octal(char *field, int digits, size_t value) {
  for (int at = digits - 1; at >= 0; at--, value /= 8) field[at] = (char)('0' + value % 8);
}

/** One file of a tar archive (POSIX ustar); everything that could differ from run to run is left at zero. */
static void add_to_archive(const char *path, const char *bytes, size_t size) {
  static const char zeros[512];
  char header[512] = {0};
  if (length(path) > 99) fail(1, "the path is too long: ", path);
  memcpy(header, path, length(path));
  octal(header + 100, 7, 0644);
  octal(header + 108, 7, 0);
  octal(header + 116, 7, 0);
  octal(header + 124, 11, size);
  octal(header + 136, 11, 0);
  memset(header + 148, ' ', 8);
  header[156] = '0';
  memcpy(header + 257, "ustar\00000", 8);
  size_t sum = 0;
  for (size_t at = 0; at < sizeof header; at++) sum += (uint8_t)header[at];
  octal(header + 148, 6, sum);
  header[154] = 0;
  add_bytes(&packed, header, sizeof header);
  add_bytes(&packed, bytes, size);
  add_bytes(&packed, zeros, (512 - size % 512) % 512);
}

/** The value of a `key: value` line; NULL when there is none. It stands in a room of its own until the next call. */
static const char *field(const char *text, size_t size, const char *key) {
  static char value[128];
  for (size_t at = 0, start = 0; at <= size; at++) {
    if (at < size && text[at] != '\n') continue;
    if (at - start > length(key) + 2 && begins(text + start, key) && begins(text + start + length(key), ": ")) {
      const char *from = text + start + length(key) + 2, *to = text + at;
      while (from < to && (*from == ' ' || *from == '"')) from++;
      while (to > from && (to[-1] == ' ' || to[-1] == '"' || to[-1] == '\r')) to--;
      if ((size_t)(to - from) >= sizeof value) return NULL;
      memcpy(value, from, (size_t)(to - from));
      value[to - from] = 0;
      return value;
    }
    start = at + 1;
  }
  return NULL;
}

/** The text, its `key: value` line replaced. */
static void add_with(struct collected *to, const char *text, size_t size, const char *key, const char *value) {
  for (size_t at = 0, start = 0; at < size; at++) {
    if (text[at] != '\n' && at + 1 < size) continue;
    if (value != NULL && begins(text + start, key) && text[start + length(key)] == ':') {
      add(to, key);
      add(to, ": ");
      add(to, value);
      add(to, "\n");
    } else add_bytes(to, text + start, at + 1 - start);
    start = at + 1;
  }
}

struct listed {
  uint64_t inode, offset;
  uint16_t size;
  uint8_t kind; // 4 a folder, 8 a file
  char name[];
};

/** Packs a folder, sorted, so that the same chart always makes the same archive. */
static void add_folder(const char *folder, const char *inside) {
  char names[64][100];
  uint8_t kinds[64];
  size_t count = 0;
  char list[4096];
  int file = open_file(here, folder, O_RDONLY | O_DIRECTORY);
  for (long got; (got = ask(__NR_getdents64, file, (long)list, sizeof list, 0, 0)) > 0;) {
    for (long at = 0; at < got; at += ((struct listed *)(list + at))->size) {
      const struct listed *entry = (const struct listed *)(list + at);
      if (entry->name[0] == '.' || (entry->kind != 4 && entry->kind != 8)) continue;
      if (count == 64 || length(entry->name) > 99) fail(1, "too much for this small tool: ", folder);
      size_t place = count++;
      for (; place > 0; place--) {
        size_t equal = 0;
        while (names[place - 1][equal] != 0 && names[place - 1][equal] == entry->name[equal]) equal++;
        if (names[place - 1][equal] <= entry->name[equal]) break;
        memcpy(names[place], names[place - 1], sizeof *names);
        kinds[place] = kinds[place - 1];
      }
      memcpy(names[place], entry->name, length(entry->name) + 1);
      kinds[place] = entry->kind;
    }
  }
  close_file(file);
  for (size_t at = 0; at < count; at++) {
    static char content[1 << 18];
    char path[512], name[512];
    join(path, sizeof path, folder, "/", names[at], NULL);
    join(name, sizeof name, inside, "/", names[at], NULL);
    if (kinds[at] == 4) {
      add_folder(path, name);
      continue;
    }
    if (same(names[at], "Chart.yaml") && find(inside, length(inside), "/") == NULL) continue; // it went first
    int from = open_file(here, path, O_RDONLY);
    long size = read_all(from, content, sizeof content);
    close_file(from);
    if (size < 0 || size == sizeof content) fail(1, "can't read, or too large: ", path);
    add_to_archive(name, content, (size_t)size);
  }
}

/** package CHART [--version V] [--app-version V] [--destination FOLDER] */
static int package(struct words *words) {
  static char chart[1 << 16], changed[1 << 16], both[1 << 16], result[(1 << 20) + 512];
  const char *version = option(words, "--version");
  const char *app_version = option(words, "--app-version");
  const char *destination = option(words, "--destination");
  const char *folder = next(words, "a chart's folder");
  no_more(words);
  char path[512], name[128];
  int file = open_file(here, join(path, sizeof path, folder, "/Chart.yaml", NULL), O_RDONLY);
  long size = file < 0 ? -1 : read_all(file, chart, sizeof chart);
  if (size < 0) fail(1, "Chart.yaml file is missing in ", folder);
  const char *chart_name = field(chart, (size_t)size, "name");
  if (chart_name == NULL) fail(1, "Chart.yaml names no chart");
  join(name, sizeof name, chart_name, NULL);
  struct collected first = {changed, 0, sizeof changed, false}, second = {both, 0, sizeof both, false};
  add_with(&first, chart, (size_t)size, "version", version);
  add_with(&second, changed, first.used, "appVersion", app_version);
  version = field(both, second.used, "version");
  if (version == NULL) fail(1, "Chart.yaml has no version");

  add_to_archive(join(path, sizeof path, name, "/Chart.yaml", NULL), both, second.used);
  add_folder(folder, name);
  static const char zeros[1024];
  add_bytes(&packed, zeros, sizeof zeros);
  if (packed.full) fail(1, "the chart is too large for this small tool");

  // gzip, its blocks stored as they are (RFC 1952; RFC 1951, 3.2.4).
  struct collected zipped = {result, 0, sizeof result, false};
  add_bytes(&zipped, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  for (size_t at = 0; at < packed.used;) {
    size_t part = packed.used - at < 65535 ? packed.used - at : 65535;
    add_number(&zipped, at + part == packed.used, 1);
    add_number(&zipped, (uint32_t)part, 2);
    add_number(&zipped, ~(uint32_t)part, 2);
    add_bytes(&zipped, archive + at, part);
    at += part;
  }
  add_number(&zipped, crc_of(archive, packed.used), 4);
  add_number(&zipped, (uint32_t)packed.used, 4);

  if (destination == NULL) destination = ".";
  make_folder(destination);
  const char *target = join(path, sizeof path, destination, "/", name, "-", version, ".tgz", NULL);
  int to = target == NULL ? -1 : open_file(here, target, O_WRONLY | O_CREAT | O_TRUNC);
  if (to < 0 || !write_all(to, result, zipped.used)) fail(1, "can't write into ", destination);
  close_file(to);
  say("Successfully packaged chart and saved it to: ", target);
  return 0;
}

static uint32_t number_at(const char *bytes, int wide) {
  uint32_t value = 0;
  for (int at = wide - 1; at >= 0; at--) value = value << 8 | (uint8_t)bytes[at];
  return value;
}

/** Unpacks into `archive` what `package` made, and checks it. */
static bool unpack(const char *bytes, size_t size) {
  size_t at = 10;
  if (size < 18 || !begins(bytes, "\x1f\x8b\x08")) return false;
  for (bool last = false; !last;) {
    if (at + 5 > size || (bytes[at] & 6) != 0) return false;
    last = bytes[at] & 1;
    size_t part = number_at(bytes + at + 1, 2);
    at += 5;
    if (at + part > size) return false;
    add_bytes(&packed, bytes + at, part);
    at += part;
  }
  return at + 8 == size && !packed.full && number_at(bytes + at, 4) == crc_of(archive, packed.used);
}

/** upgrade RELEASE PACKAGE [--install] [--set NAME=VALUE]: the release is a file of the folder that $CLUSTER names. */
static int upgrade(struct words *words, const char *cluster) {
  static char bytes[(1 << 20) + 512], record[4096], written[4096];
  bool install = flag(words, "--install");
  const char *set = option(words, "--set");
  const char *release = next(words, "the name of a release");
  const char *chart = next(words, "a chart package");
  no_more(words);
  int file = open_file(here, chart, O_RDONLY);
  if (file < 0) fail(1, "UPGRADE FAILED: no package at ", chart);
  long size = read_all(file, bytes, sizeof bytes);
  close_file(file);
  if (size < 0 || !unpack(bytes, (size_t)size)) fail(1, "UPGRADE FAILED: not a package of `package`: ", chart);
  // Chart.yaml is the first file, behind its header.
  const char *found = field(archive + 512, packed.used - 512, "version");
  if (found == NULL) fail(1, "UPGRADE FAILED: no Chart.yaml in ", chart);
  char version[128], path[512];
  join(version, sizeof version, found, NULL);
  if (join(path, sizeof path, cluster, "/", release, ".yaml", NULL) == NULL) fail(2, "the name is too long");
  long revision = 0;
  file = open_file(here, path, O_RDONLY);
  if (file >= 0) {
    long used = read_all(file, record, sizeof record);
    close_file(file);
    const char *text = used < 0 ? NULL : field(record, (size_t)used, "revision");
    revision = text == NULL ? -1 : number(text);
    if (revision < 0) fail(1, "UPGRADE FAILED: no revision in ", path);
  } else if (!install) fail(1, "UPGRADE FAILED: \"", release, "\" has no deployed releases");

  const char *next_revision = decimal((unsigned long)revision + 1);
  const char *text = join(written, sizeof written, "revision: ", next_revision, "\nchart: ", chart, "\nversion: ", version,
                          "\nset: ", set == NULL ? "" : set, "\n", NULL);
  make_folder(cluster);
  int to = open_file(here, path, O_WRONLY | O_CREAT | O_TRUNC);
  if (text == NULL || to < 0 || !write_all(to, text, length(text))) fail(1, "UPGRADE FAILED: can't write ", path);
  close_file(to);
  say("Release \"", release, revision == 0 ? "\" does not exist. Installed it now." : "\" has been upgraded.");
  say("STATUS: deployed");
  say("REVISION: ", next_revision);
  say("CHART VERSION: ", version);
  return 0;
}
