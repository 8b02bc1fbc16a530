// `serve`, a small web server, and `get`, a small client.

static const char *type_of(const char *path) {
  static const char *const types[][2] = {
      {".html", "text/html; charset=utf-8"}, {".css", "text/css; charset=utf-8"},   {".js", "text/javascript"},
      {".json", "application/json"},         {".txt", "text/plain; charset=utf-8"}, {".svg", "image/svg+xml"},
  };
  for (size_t at = 0; at < sizeof types / sizeof *types; at++)
    if (length(path) > length(types[at][0]) && same(path + length(path) - length(types[at][0]), types[at][0]))
      return types[at][1];
  return "application/octet-stream";
}

static void answer(int peer, const char *status, const char *type, const char *body, size_t size) {
  char head[512];
  const char *text = join(head, sizeof head, "HTTP/1.1 ", status, "\r\nContent-Type: ", type, "\r\nContent-Length: ",
                          decimal(size), "\r\nConnection: close\r\n\r\n", NULL);
  if (text != NULL && write_all(peer, text, length(text))) write_all(peer, body, size);
}

/** Answers one request; `request` ends with a zero byte. */
static void answer_request(int peer, const char *folder, char *request, bool starting) {
  static char path[2048], body[1 << 20];
  char *target = request + (begins(request, "GET ") ? 4 : 0);
  size_t end = 0;
  while (target[end] > ' ' && target[end] != '?') end++;
  target[end] = 0;

  const char *status = "404 Not Found";
  const char *type = "text/plain; charset=utf-8";
  long size = -1;
  if (target == request || target[0] != '/' || find(target, end, "..") != NULL) status = "400 Bad Request";
  else if (starting) status = "503 Service Unavailable";
  else if (same(target, "/health")) {
    status = "200 OK";
    size = (long)length(join(body, sizeof body, "ok\n", NULL));
  } else if (join(path, sizeof path, folder, target, target[end - 1] == '/' ? "index.html" : "", NULL) != NULL) {
    int file = open_file(here, path, O_RDONLY);
    if (file >= 0) {
      size = read_all(file, body, sizeof body);
      close_file(file);
    }
    if (size >= 0) {
      status = "200 OK";
      type = type_of(path);
    }
  }
  if (size < 0) size = (long)length(join(body, sizeof body, status, "\n", NULL));
  answer(peer, status, type, body, (size_t)size);
  say(target == request ? "?" : "GET ", target == request ? "" : target, " ", status);
}

/** serve FOLDER [--port 8080] [--warm-up SECONDS]: for so long it answers 503, as a service does that starts slowly. */
static int serve(struct words *words) {
  const char *port_text = option(words, "--port");
  const char *warm_up_text = option(words, "--warm-up");
  const char *folder = next(words, "a folder");
  no_more(words);
  long port = port_text == NULL ? 8080 : whole_number(port_text, "--port");
  long ready = now() + (warm_up_text == NULL ? 0 : whole_number(warm_up_text, "--warm-up"));
  int there = open_file(here, folder, O_RDONLY | O_DIRECTORY);
  if (there < 0) fail(1, "there is no folder ", folder);
  close_file(there);

  int socket = open_socket(stream, 0);
  int on = 1;
  ask(__NR_setsockopt, socket, 1, 2 /* SO_REUSEADDR */, (long)&on, sizeof on);
  struct address any = {internet, swapped((uint16_t)port), 0, {0}};
  if (port > 65535 || ask(__NR_bind, socket, (long)&any, sizeof any, 0, 0) < 0 || ask(__NR_listen, socket, 16, 0, 0, 0) < 0)
    fail(1, "can't listen on port ", decimal((unsigned long)port));
  say("serving ", folder, " on port ", decimal((unsigned long)port));
  for (;;) {
    int peer = (int)ask(__NR_accept4, socket, 0, 0, 02000000 /* SOCK_CLOEXEC */, 0);
    if (peer < 0) continue;
    struct moment limit = {5, 0};
    ask(__NR_setsockopt, peer, 1, 20 /* SO_RCVTIMEO */, (long)&limit, sizeof limit);
    char request[4096];
    size_t used = 0;
    while (used < sizeof request - 1 && find(request, used, "\r\n\r\n") == NULL) {
      long got = ask(__NR_read, peer, (long)(request + used), (long)(sizeof request - 1 - used), 0, 0);
      if (got <= 0) break;
      used += (size_t)got;
    }
    request[used] = 0;
    if (used > 0) answer_request(peer, folder, request, now() < ready);
    close_file(peer);
  }
}

/** get URL [--expect TEXT]: exit codes as curl has them, 6 no such host, 7 no connection, 22 an error status; 1 without the text. */
static int get(struct words *words) {
  static char page[1 << 20], host[256], request[2048];
  const char *expected = option(words, "--expect");
  const char *url = next(words, "an address");
  no_more(words);
  if (!begins(url, "http://")) fail(2, "get knows only http:// addresses");
  const char *name = url + 7;
  size_t end = 0;
  while (name[end] != 0 && name[end] != '/' && name[end] != ':') end++;
  if (end == 0 || end >= sizeof host) fail(2, "no host in ", url);
  memcpy(host, name, end);
  long port = 80;
  const char *path = name + end;
  if (*path == ':') {
    for (port = 0, path++; *path >= '0' && *path <= '9' && port < 65536; path++) port = port * 10 + (*path - '0');
    if (port == 0 || port > 65535 || (*path != 0 && *path != '/')) fail(2, "no port in ", url);
  }

  struct address server = {internet, swapped((uint16_t)port), look_up(host), {0}};
  if (server.host == 0) fail(6, "could not resolve host: ", host);
  int socket = open_socket(stream, 10);
  long connected = ask(__NR_connect, socket, (long)&server, sizeof server, 0, 0);
  if (connected < 0)
    fail(7, connected == -111 /* ECONNREFUSED */ ? "connection refused: " : "no connection: ", host, " port ",
         decimal((unsigned long)port));
  const char *text = join(request, sizeof request, "GET ", *path == 0 ? "/" : path, " HTTP/1.0\r\nHost: ", host,
                          "\r\nConnection: close\r\n\r\n", NULL);
  if (text == NULL) fail(2, "too long: ", url);
  long size = write_all(socket, text, length(text)) ? read_all(socket, page, sizeof page - 1) : -1;
  if (size <= 0) fail(7, "no answer from ", url);
  close_file(socket);

  const char *body = find(page, (size_t)size, "\r\n\r\n");
  char *status_end = (char *)find(page, (size_t)size, "\r\n");
  if (!begins(page, "HTTP/1.") || body == NULL) fail(1, "not HTTP: ", url);
  body += 4;
  *status_end = 0;
  const char *status = page + 9;
  say("GET ", url, " ", status);
  size_t rest = (size_t)(page + size - body);
  write_all(output, body, rest);
  if (status[0] != '2') fail(22, "answered ", status);
  if (expected != NULL && find(body, rest, expected) == NULL) fail(1, "\"", expected, "\" is not in the answer");
  return 0;
}
