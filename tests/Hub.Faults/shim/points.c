/*
 * Ends the process at a named point of a message's road, which is told from the calls that the process makes: what it reads from
 * sockets that it accepted, writes to the journal's log, syncs, answers, sends to sockets that it connected. So the Hub has no hooks for tests.
 *
 *   HUB_FAULTS_POINT        the point, see names below; nothing: none
 *   HUB_FAULTS_POINT_AFTER  at which time that the point is reached; 1 is the first
 *   HUB_FAULTS_POINT_END    kill: as kill -9 does, so that all that was written stays; cut: the power fails, see powercut.c
 *
 * A commit begins with the first write to the log after a sync of it: the Hub's writer writes pages only at COMMIT. Between "confirmed" and "before-record",
 * and "after-answer" and "before-outcome", stand commits of other messages at times; the number of the time differs, so some are the one.
 */
#define _GNU_SOURCE
#include "points.h"
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FDS 65536
#define EXPORT __attribute__((visibility("default")))

enum point {
    NONE,
    READ_PART,          /* a part of a message was read */
    READ,               /* a whole message was read */
    BEFORE_COMMIT,      /* a commit is to be written to the log */
    INSIDE_COMMIT,      /* a part of it is written */
    BEFORE_SYNC,        /* all of it is written */
    AFTER_SYNC,         /* it is on the disk */
    BEFORE_ANSWER,      /* the sender is to be told AA */
    INSIDE_ANSWER,      /* half of the answer is out */
    AFTER_ANSWER,       /* the answer is out */
    BEFORE_OUTCOME,     /* the first commit after an answer: with "acknowledge": "received" mostly what became of the message */
    BEFORE_DELIVERY,    /* a message is to go to a receiver */
    INSIDE_DELIVERY,    /* half of it is out */
    AFTER_DELIVERY,     /* all of it is out */
    CONFIRMED,          /* the receiver's answer was read */
    BEFORE_RECORD,      /* the first commit after that is to be written */
    RECORDED,           /* it is on the disk */
    CHECKPOINT,         /* a page is to be carried from the log to the file */
    CHECKPOINT_SYNC,    /* the file is to be synced after that */
    LOG_ANEW,           /* the log is to be written from the front again */
    START,              /* any write to the log from the start of the process on */
    SLICE,              /* any write to the log after retention was asked for */
    KEY_WRITTEN,        /* a new key is written and has not its name yet */
    KEY_MADE,           /* it has its name, and the journal does not know of it */
    KEY_STORED,         /* a commit after that is on the disk */
};

static const char *const names[] = {
    "", "read-part", "read", "before-commit", "inside-commit", "before-sync", "after-sync", "before-answer", "inside-answer", "after-answer", "before-outcome",
    "before-delivery", "inside-delivery", "after-delivery", "confirmed", "before-record", "recorded", "checkpoint", "checkpoint-sync", "log-anew",
    "start", "slice", "key-written", "key-made", "key-stored",
};

enum role { OTHER, ACCEPTED, CONNECTED };

static int (*real_accept4)(int, struct sockaddr *restrict, socklen_t *restrict, int);
static int (*real_connect)(int, const struct sockaddr *, socklen_t);
static ssize_t (*real_recv)(int, void *, size_t, int);
static ssize_t (*real_recvmsg)(int, struct msghdr *, int);
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_sendmsg)(int, const struct msghdr *, int);

static enum point wanted;
static long remaining;
static bool cuts;
static unsigned char roles[MOST_FDS];
static bool in_commit, answered, confirmed, confirmed_in_commit, slicing, key_made;

static const char *name_of(enum point point)
{
    return names[point];
}

static void end_at(enum point point)
{
    dprintf(2, "ended at %s\n", name_of(point));
    if (cuts)
        shim_cut();
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* Whether this is the time at which the process ends; the lock is held. */
static bool is_due(enum point point)
{
    return point == wanted && remaining > 0 && --remaining == 0;
}

static void reached(enum point point)
{
    if (is_due(point))
        end_at(point);
}

/* ---- the journal; the lock is held ---- */

void point_log_write(off_t offset)
{
    if (wanted == NONE)
        return;
    if (in_commit) {
        reached(INSIDE_COMMIT);
    } else {
        in_commit = true;
        reached(BEFORE_COMMIT);
        if (confirmed)
            reached(BEFORE_RECORD);
        if (answered)
            reached(BEFORE_OUTCOME);
        confirmed_in_commit = confirmed;
        confirmed = answered = false;
    }
    if (offset == 0)
        reached(LOG_ANEW);
    reached(START);
    if (slicing)
        reached(SLICE);
}

void point_log_sync(void)
{
    in_commit = false;
    reached(BEFORE_SYNC);
}

void point_log_synced(void)
{
    reached(AFTER_SYNC);
    if (confirmed_in_commit)
        reached(RECORDED);
    confirmed_in_commit = false;
    if (key_made)
        reached(KEY_STORED);
}

void point_file_write(void)
{
    reached(CHECKPOINT);
}

void point_file_sync(void)
{
    reached(CHECKPOINT_SYNC);
}

static bool is_key(const char *path)
{
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".key") == 0;
}

void point_rename(const char *to)
{
    if (is_key(to))
        reached(KEY_WRITTEN);
}

void point_renamed(const char *to)
{
    if (!is_key(to))
        return;
    key_made = true;
    reached(KEY_MADE);
}

/* ---- sockets ---- */

static void take_role(int fd, enum role role)
{
    if (fd >= 0 && fd < MOST_FDS)
        roles[fd] = (unsigned char)role;
}

static enum role role_of(int fd)
{
    shim_once();
    return wanted == NONE || fd < 0 || fd >= MOST_FDS ? OTHER : (enum role)roles[fd];
}

void point_close(int fd)
{
    take_role(fd, OTHER);
}

static bool has(const char *data, size_t length, const char *text)
{
    return memmem(data, length, text, strlen(text)) != NULL;
}

/* Bytes came in; the end is what the last of them are. */
static void received(enum role role, const char *data, size_t length)
{
    bool ends = data[length - 1] == 0x0D && (length == 1 || data[length - 2] == 0x1C);
    shim_lock();
    if (role == CONNECTED && has(data, length, "MSA|AA|")) {
        confirmed = true;
        reached(CONFIRMED);
    } else if (role == ACCEPTED && has(data, length, "POST /api/v1/retention")) {
        slicing = true;
    } else if (role == ACCEPTED) {
        reached(ends ? READ : READ_PART);
    }
    shim_unlock();
}

EXPORT int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
    shim_once();
    int accepted = real_accept4(fd, address, length, flags);
    take_role(accepted, ACCEPTED);
    return accepted;
}

EXPORT int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    shim_once();
    if (address != NULL && (address->sa_family == AF_INET || address->sa_family == AF_INET6))
        take_role(fd, CONNECTED);
    return real_connect(fd, address, length);
}

EXPORT ssize_t recv(int fd, void *data, size_t length, int flags)
{
    enum role role = role_of(fd);
    ssize_t count = real_recv(fd, data, length, flags);
    if (count > 0 && role != OTHER && (flags & MSG_PEEK) == 0)
        received(role, data, (size_t)count);
    return count;
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    enum role role = role_of(fd);
    ssize_t count = real_recvmsg(fd, message, flags);
    if (count <= 0 || role == OTHER || (flags & MSG_PEEK) != 0)
        return count;
    size_t rest = (size_t)count;
    for (size_t i = 0; i < (size_t)message->msg_iovlen && rest > 0; i++) {
        size_t part = message->msg_iov[i].iov_len < rest ? message->msg_iov[i].iov_len : rest;
        if (part > 0)
            received(role, message->msg_iov[i].iov_base, part);
        rest -= part;
    }
    return count;
}

/* Bytes are to go out: the points before it and in the middle of it. Whether an answer AA or a message goes out is what the rest asks for. */
static void sending(int fd, enum role role, const char *data, size_t length, bool *is_answer, bool *is_message)
{
    *is_answer = role == ACCEPTED && has(data, length, "MSA|AA|");
    *is_message = role == CONNECTED && length > 0 && data[0] == 0x0B;
    if (!*is_answer && !*is_message)
        return;
    shim_lock();
    reached(*is_answer ? BEFORE_ANSWER : BEFORE_DELIVERY);
    enum point inside = *is_answer ? INSIDE_ANSWER : INSIDE_DELIVERY;
    if (is_due(inside)) {
        real_send(fd, data, length / 2, MSG_NOSIGNAL);
        end_at(inside);
    }
    shim_unlock();
}

static void sent(bool is_answer, bool is_message)
{
    if (!is_answer && !is_message)
        return;
    shim_lock();
    answered |= is_answer;
    reached(is_answer ? AFTER_ANSWER : AFTER_DELIVERY);
    shim_unlock();
}

EXPORT ssize_t send(int fd, const void *data, size_t length, int flags)
{
    enum role role = role_of(fd);
    bool is_answer = false, is_message = false;
    if (role != OTHER)
        sending(fd, role, data, length, &is_answer, &is_message);
    ssize_t count = real_send(fd, data, length, flags);
    if (count == (ssize_t)length)
        sent(is_answer, is_message);
    return count;
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    enum role role = role_of(fd);
    bool is_answer = false, is_message = false;
    size_t length = 0;
    if (role != OTHER && message->msg_iovlen > 0) {
        for (size_t i = 0; i < (size_t)message->msg_iovlen; i++) {
            bool also_answer = false, also_message = false;
            sending(fd, role, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len, &also_answer, &also_message);
            is_answer |= also_answer;
            is_message |= also_message && i == 0;
            length += message->msg_iov[i].iov_len;
        }
    }
    ssize_t count = real_sendmsg(fd, message, flags);
    if (role != OTHER && count == (ssize_t)length)
        sent(is_answer, is_message);
    return count;
}

void point_load(void *(*next)(const char *))
{
    real_accept4 = (int (*)(int, struct sockaddr *restrict, socklen_t *restrict, int))next("accept4");
    real_connect = (int (*)(int, const struct sockaddr *, socklen_t))next("connect");
    real_recv = (ssize_t (*)(int, void *, size_t, int))next("recv");
    real_recvmsg = (ssize_t (*)(int, struct msghdr *, int))next("recvmsg");
    real_send = (ssize_t (*)(int, const void *, size_t, int))next("send");
    real_sendmsg = (ssize_t (*)(int, const struct msghdr *, int))next("sendmsg");
    const char *name = getenv("HUB_FAULTS_POINT");
    const char *after = getenv("HUB_FAULTS_POINT_AFTER");
    const char *end = getenv("HUB_FAULTS_POINT_END");
    if (name == NULL || name[0] == 0)
        return;
    for (size_t i = 1; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            wanted = (enum point)i;
    if (wanted == NONE) {
        dprintf(2, "points: there is no point %s\n", name);
        _exit(126);
    }
    remaining = after == NULL ? 1 : strtol(after, NULL, 10);
    cuts = end != NULL && strcmp(end, "cut") == 0;
}
