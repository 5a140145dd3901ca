// Simulated devices: one process that answers SNMP v2c GET, GETNEXT and GETBULK on as many loopback ports as it is told.
// It is written in C so that it is faster than all that are measured against it. Every device says the same.
//
// Usage: device COUNT. Prints the ports on one line. For each line on standard input it prints three counters: GET
// requests, walks begun (GETNEXT or GETBULK whose first name is the table or its first column), and GETNEXT and GETBULK
// requests.
// It ends when standard input does.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROWS = 64, FIRST_COLUMN = 6, LAST_COLUMN = 15, MAX_ENTRIES = 1024, MAX_ANSWER = 8000, MAX_BINDS = 128 };
enum { GET = 0xa0, GETNEXT = 0xa1, RESPONSE = 0xa2, GETBULK = 0xa5 };
enum { INTEGER = 0x02, COUNTER32 = 0x41, GAUGE32 = 0x42, TIMETICKS = 0x43, COUNTER64 = 0x46 };
enum { NO_SUCH_INSTANCE = 0x81, END_OF_MIB_VIEW = 0x82 };

typedef unsigned char byte;
typedef struct { const byte *at, *end; } span;
/** A variable ready to be copied into an answer. All arcs are below 128, so bytes sort as arcs do. */
typedef struct { byte bind[64]; int length; int name_length; } entry;

static entry entries[MAX_ENTRIES];
static int entry_count;
static unsigned long gets, walks, steps;
/** ifXEntry, the table that is walked. */
static const byte TABLE[] = {0x2b, 6, 1, 2, 1, 31, 1, 1, 1};

/** Appends a variable; entries are made in the order of their names. */
static void add(const byte *prefix, int prefix_length, int column, int row, int type, unsigned long long value) {
  entry *e = &entries[entry_count++];
  byte content[9];
  int size = 0;
  for (int shift = 56; shift >= 0; shift -= 8) {
    byte b = value >> shift;
    if (size == 0 && b == 0 && shift > 0) continue;
    if (size == 0 && b >= 0x80) content[size++] = 0;
    content[size++] = b;
  }
  byte *to = e->bind;
  e->name_length = prefix_length + 2;
  *to++ = 0x30;
  *to++ = 2 + e->name_length + 2 + size;
  *to++ = 0x06;
  *to++ = e->name_length;
  memcpy(to, prefix, prefix_length);
  to += prefix_length;
  *to++ = column;
  *to++ = row;
  *to++ = type;
  *to++ = size;
  memcpy(to, content, size);
  e->length = to + size - e->bind;
}

static void fill(void) {
  static const byte system[] = {0x2b, 6, 1, 2, 1, 1};
  static const byte interfaces[] = {0x2b, 6, 1, 2, 1, 2, 2, 1};
  static const byte columns[][2] = {{5, GAUGE32},    {7, INTEGER},    {8, INTEGER},    {9, TIMETICKS},
                                    {10, COUNTER32}, {11, COUNTER32}, {13, COUNTER32}, {14, COUNTER32},
                                    {16, COUNTER32}, {17, COUNTER32}, {19, COUNTER32}};
  static const byte stack[] = {0x2b, 6, 1, 2, 1, 31, 1, 2, 1};
  add(system, sizeof system, 3, 0, TIMETICKS, 123456789);
  for (unsigned i = 0; i < sizeof columns / 2; i++)
    add(interfaces, sizeof interfaces, columns[i][0], 1, columns[i][1], columns[i][1] == INTEGER ? 1 : 1000003ul * (i + 1));
  for (int column = FIRST_COLUMN; column <= LAST_COLUMN; column++)
    for (int row = 1; row <= ROWS; row++) {
      int type = column < 14 ? COUNTER64 : column == 14 ? INTEGER : GAUGE32;
      add(TABLE, sizeof TABLE, column, row, type, column < 14 ? 10000000019ull * column * row : column == 14 ? 1 : 1000);
    }
  // What stands behind the table, as on every real device.
  for (int row = 1; row <= ROWS; row++) add(stack, sizeof stack, 3, row, INTEGER, 1);
}

static int compare(const entry *e, span name) {
  int length = name.end - name.at;
  int shorter = e->name_length < length ? e->name_length : length;
  int order = memcmp(e->bind + 4, name.at, shorter);
  return order ? order : e->name_length - length;
}

/** The first entry at or behind a name. */
static int find(span name) {
  int low = 0, high = entry_count;
  while (low < high) {
    int middle = (low + high) / 2;
    if (compare(&entries[middle], name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes one element with the tag off the front of `in` (any tag when 0); an empty span where there is none. */
static span take(span *in, int *tag) {
  span none = {0, 0};
  if (in->end - in->at < 2) return none;
  *tag = *in->at++;
  int length = *in->at++;
  if (length >= 0x80) {
    int more = length & 0x7f;
    if (more > 2 || in->end - in->at < more) return none;
    for (length = 0; more > 0; more--) length = length * 256 + *in->at++;
  }
  if (in->end - in->at < length) return none;
  span content = {in->at, in->at + length};
  in->at += length;
  return content;
}

static int number(span s) {
  int value = 0;
  while (s.at && s.at < s.end) value = value * 256 + *s.at++;
  return value;
}

static byte *exception(byte *to, span name, int tag) {
  int length = name.end - name.at;
  *to++ = 0x30;
  *to++ = length + 4;
  *to++ = 0x06;
  *to++ = length;
  memcpy(to, name.at, length);
  to += length;
  *to++ = tag;
  *to++ = 0;
  return to;
}

static byte *put(byte *to, int at, span name, int missing) {
  if (at >= entry_count) return exception(to, name, missing);
  memcpy(to, entries[at].bind, entries[at].length);
  return to + entries[at].length;
}

static byte *header(byte *to, int tag, int length) {
  *to++ = tag;
  *to++ = 0x82;
  *to++ = length >> 8;
  *to++ = length;
  return to;
}

/** Variables of the answer. */
static byte *answer_binds(byte *to, byte *limit, int pdu, int non_repeaters, int repetitions, span *names, int count) {
  int next[MAX_BINDS];
  for (int i = 0; i < count; i++) {
    int at = find(names[i]);
    int is_exact = at < entry_count && compare(&entries[at], names[i]) == 0;
    if (pdu == GET) to = put(to, is_exact ? at : entry_count, names[i], NO_SUCH_INSTANCE);
    next[i] = at + is_exact;
    if (pdu == GETNEXT || (pdu == GETBULK && i < non_repeaters)) to = put(to, next[i], names[i], END_OF_MIB_VIEW);
  }
  if (pdu != GETBULK) return to;
  for (int r = 0; r < repetitions; r++)
    for (int i = non_repeaters; i < count; i++) {
      if (to > limit - 64) return to;
      to = put(to, next[i] + r, names[i], END_OF_MIB_VIEW);
    }
  return to;
}

/** Writes the answer to a request into `out`. Returns its length, 0 for what is not understood. */
static int answer(const byte *in, int length, byte *out) {
  span rest = {in, in + length}, names[MAX_BINDS];
  int tag, pdu, count = 0;
  span message = take(&rest, &tag);
  if (!message.at || tag != 0x30) return 0;
  take(&message, &tag);
  span community = take(&message, &tag);
  span body = take(&message, &pdu);
  if (!community.at || !body.at || (pdu != GET && pdu != GETNEXT && pdu != GETBULK)) return 0;
  span id = take(&body, &tag);
  int non_repeaters = number(take(&body, &tag));
  int repetitions = number(take(&body, &tag));
  span binds = take(&body, &tag);
  while (binds.at && binds.at < binds.end && count < MAX_BINDS) {
    span bind = take(&binds, &tag);
    if (!bind.at) return 0;
    span name = take(&bind, &tag);
    // Longer names would not fit the short lengths written here.
    if (!name.at || tag != 0x06 || name.end - name.at > 100) return 0;
    names[count++] = name;
  }
  int id_length = id.end - id.at, community_length = community.end - community.at;
  if (count == 0 || !id.at || id_length > 5 || community_length > 100) return 0;
  if (pdu == GET) gets++;
  else {
    steps++;
    int size = names[0].end - names[0].at, table = sizeof TABLE;
    if (memcmp(names[0].at, TABLE, size < table ? size : table) == 0 &&
        (size <= table || (size == table + 1 && names[0].at[table] == FIRST_COLUMN)))
      walks++;
  }
  static byte variables[MAX_ANSWER + 128];
  int variables_length = answer_binds(variables, variables + MAX_ANSWER, pdu, non_repeaters, repetitions, names, count) - variables;
  int body_length = 2 + id_length + 6 + 4 + variables_length;
  byte *to = header(out, 0x30, 3 + 2 + community_length + 4 + body_length);
  memcpy(to, "\x02\x01\x01\x04", 4);
  to += 4;
  *to++ = community_length;
  memcpy(to, community.at, community_length);
  to = header(to + community_length, RESPONSE, body_length);
  *to++ = 0x02;
  *to++ = id_length;
  memcpy(to, id.at, id_length);
  to += id_length;
  memcpy(to, "\x02\x01\x00\x02\x01\x00", 6);
  to = header(to + 6, 0x30, variables_length);
  memcpy(to, variables, variables_length);
  return to + variables_length - out;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int poll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void open_device(int poll) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0) fail("socket");
  if (getsockname(fd, (struct sockaddr *)&address, &size) < 0) fail("getsockname");
  watch(poll, fd);
  printf("%d ", ntohs(address.sin_port));
}

int main(int argc, char **argv) {
  int devices = argc > 1 ? atoi(argv[1]) : 1, poll = epoll_create1(0);
  fill();
  for (int i = 0; i < devices; i++) open_device(poll);
  printf("\n");
  fflush(stdout);
  watch(poll, STDIN_FILENO);
  for (;;) {
    struct epoll_event events[64];
    int ready = epoll_wait(poll, events, 64, -1);
    for (int i = 0; i < ready; i++) {
      byte in[4096], out[MAX_ANSWER + 512];
      struct sockaddr_in from;
      socklen_t size = sizeof from;
      int fd = events[i].data.fd;
      if (fd == STDIN_FILENO) {
        if (read(fd, in, sizeof in) <= 0) return 0;
        printf("%lu %lu %lu\n", gets, walks, steps);
        fflush(stdout);
        continue;
      }
      int length = recvfrom(fd, in, sizeof in, 0, (struct sockaddr *)&from, &size);
      int answered = length > 0 ? answer(in, length, out) : 0;
      if (answered) sendto(fd, out, answered, 0, (struct sockaddr *)&from, size);
    }
  }
}
