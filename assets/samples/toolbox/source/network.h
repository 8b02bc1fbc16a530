// TCP over IPv4, and names as Docker's own DNS server has them.

struct address {
  uint16_t family, port; // big-endian, as on the wire
  uint32_t host;
  char unused[8];
};

enum { internet = 2, stream = 1, datagram = 2 };

static uint16_t swapped(uint16_t value) { return (uint16_t)(value << 8 | value >> 8); }

static int open_socket(int kind, long seconds) {
  int socket = (int)ask(__NR_socket, internet, kind | 02000000 /* SOCK_CLOEXEC */, 0, 0, 0);
  struct moment limit = {seconds, 0};
  ask(__NR_setsockopt, socket, 1, 20 /* SO_RCVTIMEO */, (long)&limit, sizeof limit);
  ask(__NR_setsockopt, socket, 1, 21 /* SO_SNDTIMEO */, (long)&limit, sizeof limit);
  return socket;
}

/** `10.0.0.1`; 0 when the text is something else. */
static uint32_t dotted(const char *text, size_t size) {
  uint8_t parts[4] = {0, 0, 0, 0};
  int part = 0, value = -1;
  for (size_t at = 0; at <= size; at++) {
    if (at < size && text[at] >= '0' && text[at] <= '9') {
      value = (value < 0 ? 0 : value * 10) + text[at] - '0';
      if (value > 255) return 0;
      continue;
    }
    if (value < 0 || part > 3 || (at < size && text[at] != '.')) return 0;
    parts[part++] = (uint8_t)value;
    value = -1;
  }
  uint32_t host;
  memcpy(&host, parts, 4);
  return part == 4 ? host : 0;
}

/** The first IPv4 name server of /etc/resolv.conf, else the one that Docker puts into every network. */
static uint32_t name_server(void) {
  static char text[4096];
  const uint32_t docker = dotted("127.0.0.11", 10);
  int file = open_file(here, "/etc/resolv.conf", O_RDONLY);
  if (file < 0) return docker;
  long size = read_all(file, text, sizeof text);
  close_file(file);
  for (long start = 0, at = 0; at <= size; at++) {
    if (at < size && text[at] != '\n') continue;
    const char *key = "nameserver ";
    if (at - start > (long)length(key) && find(text + start, length(key), key)) {
      uint32_t host = dotted(text + start + length(key), (size_t)(at - start) - length(key));
      if (host != 0) return host;
    }
    start = at + 1;
  }
  return docker;
}

/** Steps over a name in an answer (RFC 1035, 4.1.4). */
static size_t after_name(const uint8_t *bytes, size_t at, size_t size) {
  while (at < size) {
    if (bytes[at] == 0) return at + 1;
    if (bytes[at] >= 192) return at + 2;
    at += (size_t)bytes[at] + 1;
  }
  return size;
}

/** The IPv4 address of a name; 0 when there is none. */
static uint32_t look_up(const char *name) {
  if (same(name, "localhost")) return dotted("127.0.0.1", 9);
  uint32_t host = dotted(name, length(name));
  if (host != 0 || length(name) > 200) return host;

  // A question for an A record: header, name as lengths and labels, type, class (RFC 1035, 4.1).
  uint8_t question[256] = {0x51, 0x1e, 1, 0, 0, 1};
  size_t end = 12;
  for (const char *label = name; *label != 0;) {
    size_t size = 0;
    while (label[size] != 0 && label[size] != '.') size++;
    if (size == 0 || size > 63) return 0;
    question[end++] = (uint8_t)size;
    memcpy(question + end, label, size);
    end += size;
    label += size + (label[size] == '.');
  }
  const uint8_t tail[] = {0, 0, 1, 0, 1};
  memcpy(question + end, tail, sizeof tail);
  end += sizeof tail;

  struct address server = {internet, swapped(53), name_server(), {0}};
  for (int attempt = 0; attempt < 2; attempt++) {
    uint8_t answer[512];
    int socket = open_socket(datagram, 2);
    long got = ask(__NR_connect, socket, (long)&server, sizeof server, 0, 0);
    if (got == 0 && write_all(socket, (char *)question, end))
      got = ask(__NR_read, socket, (long)answer, sizeof answer, 0, 0);
    close_file(socket);
    if (got < 12 || answer[0] != question[0] || answer[1] != question[1]) continue;
    size_t size = (size_t)got, at = after_name(answer, 12, size) + 4;
    for (int record = answer[6] << 8 | answer[7]; record > 0; record--) {
      at = after_name(answer, at, size);
      if (at + 10 > size) return 0;
      size_t wide = (size_t)(answer[at + 8] << 8 | answer[at + 9]);
      bool is_address = answer[at] == 0 && answer[at + 1] == 1 && wide == 4;
      at += 10;
      if (at + wide > size) return 0;
      if (is_address) {
        memcpy(&host, answer + at, 4);
        return host;
      }
      at += wide;
    }
    return 0;
  }
  return 0;
}
