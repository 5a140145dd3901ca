// The C library of Net-SNMP as a careful program uses it: asynchronous, single sessions watched by epoll, no MIB files.
//
// Usage: c-library kept|fresh VARIABLES PORT... `kept` holds one session a device open, `fresh` opens one for each poll; a
// request of a table asks for so many variables. For each line `get MS` or `table MS` on standard input it polls all devices
// (127.0.0.1, these ports) for that time and prints how many polls it did and the CPU seconds they took. It ends when standard
// input does.
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

enum { MAX_DEVICES = 256, COLUMNS = 10, FIRST_COLUMN = 6, ROWS = 64, VALUES = 12, NAME = 11 };

typedef struct {
  void *session;
  char peer[64];
  int fd;
  int is_done;
  int active;
  int column[COLUMNS];
  /** 0 before the first row; rows begin at 1. */
  oid last_row[COLUMNS];
  double cell[COLUMNS][ROWS + 1];
  int cells;
} device;

static device devices[MAX_DEVICES];
static int device_count, open_polls, is_table, is_fresh, repetitions;
static unsigned long polls;
static double deadline;
static const oid TABLE[] = {1, 3, 6, 1, 2, 1, 31, 1, 1, 1};
static const oid UPTIME[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
static const oid INTERFACE[] = {1, 3, 6, 1, 2, 1, 2, 2, 1, 0, 1};
static const int INTERFACE_COLUMNS[] = {5, 7, 8, 9, 10, 11, 13, 14, 16, 17, 19};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double cpu_seconds(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void fail(const char *what) {
  fprintf(stderr, "c-library: %s\n", what);
  exit(1);
}

static double value_of(const netsnmp_variable_list *v) {
  switch (v->type) {
    case ASN_INTEGER:
    case ASN_COUNTER:
    case ASN_GAUGE:
    case ASN_TIMETICKS:
      return *v->val.integer;
    case ASN_COUNTER64:
      return v->val.counter64->high * 4294967296.0 + v->val.counter64->low;
    default:
      fail("a value that is not a number");
      return 0;
  }
}

static void take_values(netsnmp_pdu *pdu) {
  static double values[VALUES];
  int count = 0;
  for (netsnmp_variable_list *v = pdu->variables; v && count < VALUES; v = v->next_variable) values[count++] = value_of(v);
  if (count != VALUES) fail("a GET was not answered in full");
}

/** Puts the cells of one answer where they belong; columns that have ended are asked no more. */
static void take_rows(device *d, netsnmp_pdu *pdu) {
  int asked = d->active, has_ended[COLUMNS] = {0}, i = 0, still = 0;
  for (netsnmp_variable_list *v = pdu->variables; v; v = v->next_variable, i = (i + 1) % asked) {
    int column = d->column[i];
    if (has_ended[i]) continue;
    if (v->type == SNMP_ENDOFMIBVIEW || v->name_length != NAME + 1 || memcmp(v->name, TABLE, sizeof TABLE) ||
        v->name[NAME - 1] != (oid)(FIRST_COLUMN + column) || v->name[NAME] > ROWS) {
      has_ended[i] = 1;
      continue;
    }
    d->cell[column][v->name[NAME]] = value_of(v);
    d->cells++;
    d->last_row[column] = v->name[NAME];
  }
  for (i = 0; i < asked; i++)
    if (!has_ended[i]) d->column[still++] = d->column[i];
  d->active = still;
}

static int received(int operation, netsnmp_session *session, int id, netsnmp_pdu *pdu, void *magic);

static void ask_rows(device *d) {
  netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GETBULK);
  oid name[NAME + 1];
  pdu->non_repeaters = 0;
  pdu->max_repetitions = repetitions;
  memcpy(name, TABLE, sizeof TABLE);
  for (int i = 0; i < d->active; i++) {
    int column = d->column[i];
    name[NAME - 1] = FIRST_COLUMN + column;
    name[NAME] = d->last_row[column];
    snmp_add_null_var(pdu, name, name[NAME] == 0 ? NAME : NAME + 1);
  }
  if (!snmp_sess_async_send(d->session, pdu, received, d)) fail("cannot send");
}

static void ask_values(device *d) {
  netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GET);
  oid name[NAME];
  snmp_add_null_var(pdu, UPTIME, OID_LENGTH(UPTIME));
  memcpy(name, INTERFACE, sizeof INTERFACE);
  for (int i = 0; i < VALUES - 1; i++) {
    name[9] = INTERFACE_COLUMNS[i];
    snmp_add_null_var(pdu, name, NAME);
  }
  if (!snmp_sess_async_send(d->session, pdu, received, d)) fail("cannot send");
}

static int received(int operation, netsnmp_session *session, int id, netsnmp_pdu *pdu, void *magic) {
  device *d = magic;
  (void)session;
  (void)id;
  if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || pdu->errstat) fail("a device does not answer");
  if (is_table) {
    take_rows(d, pdu);
    if (d->active > 0) {
      ask_rows(d);
      return 1;
    }
    if (d->cells != COLUMNS * ROWS) fail("a table is not complete");
  } else take_values(pdu);
  polls++;
  d->is_done = 1;
  return 1;
}

static void begin(device *d) {
  if (now() >= deadline) return;
  open_polls++;
  if (!is_table) {
    ask_values(d);
    return;
  }
  d->cells = 0;
  d->active = COLUMNS;
  for (int i = 0; i < COLUMNS; i++) {
    d->column[i] = i;
    d->last_row[i] = 0;
  }
  ask_rows(d);
}

static void open_session(int poll, device *d) {
  netsnmp_session wanted;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = d};
  snmp_sess_init(&wanted);
  wanted.version = SNMP_VERSION_2c;
  wanted.peername = d->peer;
  wanted.community = (u_char *)"public";
  wanted.community_len = 6;
  wanted.timeout = 1000000;
  wanted.retries = 3;
  d->session = snmp_sess_open(&wanted);
  if (!d->session) fail("cannot open a session");
  d->fd = snmp_sess_transport(d->session)->sock;
  if (epoll_ctl(poll, EPOLL_CTL_ADD, d->fd, &event) < 0) fail("epoll_ctl");
}

/** After the library has returned from the callback, so that a session may be closed. */
static void finish(int poll, device *d) {
  open_polls--;
  d->is_done = 0;
  if (is_fresh) {
    snmp_sess_close(d->session);
    open_session(poll, d);
  }
  begin(d);
}

static void run(int poll) {
  for (int i = 0; i < device_count; i++) begin(&devices[i]);
  while (open_polls > 0) {
    struct epoll_event events[64];
    int ready = epoll_wait(poll, events, 64, 100);
    for (int i = 0; i < ready; i++) {
      device *d = events[i].data.ptr;
      fd_set readable;
      FD_ZERO(&readable);
      FD_SET(d->fd, &readable);
      snmp_sess_read(d->session, &readable);
      if (d->is_done) finish(poll, d);
    }
    if (ready == 0)
      for (int i = 0; i < device_count; i++) snmp_sess_timeout(devices[i].session);
  }
}

int main(int argc, char **argv) {
  char line[100], what[10];
  int ms, poll = epoll_create1(0);
  setenv("MIBS", "", 1);
  init_snmp("campanile-bench");
  is_fresh = argc > 1 && strcmp(argv[1], "fresh") == 0;
  repetitions = argc > 2 ? atoi(argv[2]) / COLUMNS : 1;
  for (int i = 3; i < argc && device_count < MAX_DEVICES; i++) {
    device *d = &devices[device_count++];
    snprintf(d->peer, sizeof d->peer, "127.0.0.1:%s", argv[i]);
    open_session(poll, d);
  }
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "%9s %d", what, &ms) != 2) fail("expected: get|table MS");
    is_table = strcmp(what, "table") == 0;
    polls = 0;
    double cpu = cpu_seconds();
    deadline = now() + ms / 1000.0;
    run(poll);
    printf("%lu %.6f\n", polls, cpu_seconds() - cpu);
    fflush(stdout);
  }
  return 0;
}
