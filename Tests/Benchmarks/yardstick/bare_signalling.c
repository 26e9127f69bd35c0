// The floor of the signalling figures: what the datagrams and the threads of a call or registration cost on this
// machine when there is nothing to be done for them. To be measured by the yardstick in the sitting of what is
// compared with it (bare.json, bare_store.json).
//
// One thread waits in epoll, reads with recvfrom and writes with sendto. A first REGISTER or INVITE is challenged, the
// second REGISTER is accepted; of a call everything else is passed on as it is, the caller's to the callee and back.
// With a file, BYE is passed on at once, but its 200 goes out only when a second thread, woken by an eventfd and waking
// by one, has written what SQLite writes for a commit of two pages.
//
//     bare_signalling PORT CALLEE_PORT [FILE]
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE_BYTES_MAX = 4096, WAITING_MAX = 4096, FRAME_HEADER_BYTES = 24, PAGE_BYTES = 4096, PAGES = 2 };

struct waiting {
    char bytes[MESSAGE_BYTES_MAX];
    ssize_t count;
    struct sockaddr_in target;
};

static int signalling, work_for_store, work_done, file = -1;
static struct sockaddr_in caller, callee;
static struct waiting *waiting;
static unsigned waiting_first, waiting_end;

static void *store(void *unused) {
    (void)unused;
    char page[PAGE_BYTES] = {1};
    off_t offset = 0;
    eventfd_t count;
    while (eventfd_read(work_for_store, &count) == 0) {
        for (int index = 0; index < PAGES; index++) {
            offset += pwrite(file, page, FRAME_HEADER_BYTES, offset);
            offset += pwrite(file, page, sizeof page, offset);
        }
        if (offset > 8 << 20) offset = 0;
        eventfd_write(work_done, count);
    }
    return NULL;
}

static int starts_with(const char *message, const char *word) { return strncmp(message, word, strlen(word)) == 0; }

static void answer(const char *request, const char *status, const char *more, const struct sockaddr_in *source) {
    static const char *const copied[] = {"\r\nVia:", "\r\nFrom:", "\r\nTo:", "\r\nCall-ID:", "\r\nCSeq:"};
    char response[2 * MESSAGE_BYTES_MAX];
    int length = sprintf(response, "SIP/2.0 %s", status);
    for (size_t index = 0; index < sizeof copied / sizeof *copied; index++) {
        const char *line = strstr(request, copied[index]);
        if (!line) return;
        int count = (int)strcspn(line + 2, "\r") + 2;
        memcpy(response + length, line, (size_t)count);
        length += count;
        // The only To without a tag that a caller sends is that of a new request.
        if (index == 2 && !memmem(line, (size_t)count, "tag=", 4)) length += sprintf(response + length, ";tag=bare");
    }
    length += sprintf(response + length, "\r\n%sServer: bare\r\nContent-Length: 0\r\n\r\n", more);
    sendto(signalling, response, (size_t)length, 0, (const struct sockaddr *)source, sizeof *source);
}

static void received(char *message, ssize_t count, const struct sockaddr_in *source) {
    static const char challenge[] =
        "WWW-Authenticate: Digest realm=\"127.0.0.1\", nonce=\"0123456789abcdef0123456789abcdef\", algorithm=MD5, "
        "qop=\"auth\"\r\n";
    message[count] = 0;
    if (source->sin_port == callee.sin_port && !starts_with(message, "REGISTER")) {
        int is_last = starts_with(message, "SIP/2.0 200") && strstr(message, " BYE\r\n");
        if (is_last && file >= 0 && waiting_end - waiting_first < WAITING_MAX) {
            struct waiting *slot = &waiting[waiting_end++ % WAITING_MAX];
            memcpy(slot->bytes, message, (size_t)count);
            slot->count = count;
            slot->target = caller;
            eventfd_write(work_for_store, 1);
            return;
        }
        sendto(signalling, message, (size_t)count, 0, (struct sockaddr *)&caller, sizeof caller);
    } else if (starts_with(message, "OPTIONS")) {
        answer(message, "200 OK", "", source);
    } else if (starts_with(message, "REGISTER") || starts_with(message, "INVITE")) {
        if (!strstr(message, "\r\nAuthorization:")) {
            answer(message, "401 Unauthorized", challenge, source);
        } else if (starts_with(message, "REGISTER")) {
            const char *contact = strstr(message, "\r\nContact:");
            char line[MESSAGE_BYTES_MAX] = "";
            if (contact) sprintf(line, "%.*s;expires=3600\r\n", (int)strcspn(contact + 2, "\r"), contact + 2);
            answer(message, "200 OK", line, source);
        } else {
            caller = *source;
            sendto(signalling, message, (size_t)count, 0, (struct sockaddr *)&callee, sizeof callee);
        }
    } else if (!strstr(message, "tag=bare")) {
        // All but the ACK of the challenge.
        sendto(signalling, message, (size_t)count, 0, (struct sockaddr *)&callee, sizeof callee);
    }
}

static void watch(int epoll, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

int main(int count, char **arguments) {
    if (count < 3) return 2;
    callee = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in address = callee;
    address.sin_port = htons((uint16_t)atoi(arguments[1]));
    callee.sin_port = htons((uint16_t)atoi(arguments[2]));
    signalling = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (bind(signalling, (struct sockaddr *)&address, sizeof address) != 0) return 1;
    work_for_store = eventfd(0, 0);
    work_done = eventfd(0, EFD_NONBLOCK);
    waiting = calloc(WAITING_MAX, sizeof *waiting);
    if (!waiting) return 1;
    if (count > 3) {
        file = open(arguments[3], O_RDWR | O_CREAT | O_TRUNC, 0600);
        pthread_t thread;
        if (file < 0 || pthread_create(&thread, NULL, store, NULL) != 0) return 1;
    }
    int epoll = epoll_create1(0);
    watch(epoll, signalling);
    watch(epoll, work_done);
    while (1) {
        struct epoll_event events[2];
        int ready = epoll_wait(epoll, events, 2, -1);
        for (int index = 0; index < ready; index++) {
            if (events[index].data.fd == work_done) {
                eventfd_t committed = 0;
                if (eventfd_read(work_done, &committed) != 0) continue;
                for (; committed > 0; committed--, waiting_first++) {
                    struct waiting *slot = &waiting[waiting_first % WAITING_MAX];
                    sendto(signalling, slot->bytes, (size_t)slot->count, 0, (struct sockaddr *)&slot->target,
                           sizeof slot->target);
                }
                continue;
            }
            char message[MESSAGE_BYTES_MAX + 1];
            struct sockaddr_in source;
            socklen_t length = sizeof source;
            ssize_t bytes = recvfrom(signalling, message, MESSAGE_BYTES_MAX, 0, (struct sockaddr *)&source, &length);
            if (bytes > 0) received(message, bytes, &source);
        }
    }
}
