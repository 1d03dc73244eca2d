/*
 * A disk that loses its power, or fails, for one process: preloaded into the Hub by Hub.Faults.
 *
 * Below HUB_FAULTS_ROOT it keeps, for every file, what the 512-byte sectors held when the file was last synced. A sync
 * forgets that; a write that is not synced is remembered. At the cut each sector that was not synced is put back to what
 * was durable or left as written, by chance, so that writes vanish and tear; a file's length likewise. Files made, renamed
 * or removed without a sync of their folder come undone from a random one of them on. Then the process ends at once.
 * What the strictest reading of POSIX does not promise can so be gone: more than most file systems lose.
 *
 *   HUB_FAULTS_ROOT       the folder, an absolute path without links; without it nothing happens
 *   HUB_FAULTS_SEED       seed of all chance here
 *   HUB_FAULTS_CUT_AFTER  cut after so many calls that change or sync something; 0 or nothing: never by itself
 *   HUB_FAULTS_LIE        1: a sync says it is done and does nothing; to show that the tests can fail
 *   HUB_FAULTS_CONTROL    a file that orders faults while it is there. Its text is one of
 *                           cut                  cut at the next call
 *                           OPERATION ERRNO N    the next N calls on the journal's files fail; 0: all while the file is there.
 *                                                OPERATION is sync or write; after N the file is removed
 *
 *   HUB_FAULTS_CLOCK      a file of eight bytes: seconds, as a little-endian number, that the time of day is ahead of the true one
 *
 * points.c ends the process at named points instead, by a kill or by a cut.
 *
 * What a failed sync had to write stays readable and is never written by a later sync, as on Linux; written anew, it is.
 * No sync reaches the real disk: the machine that runs the tests is not the one that loses its power.
 */
#define _GNU_SOURCE
#include "points.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SECTOR 512
#define MOST_FDS 65536
#define BUCKETS 1024
#define EXPORT __attribute__((visibility("default")))

struct sector {
    struct sector *next;
    off_t index;
    bool doomed;                /* a failed sync had it in hand */
    unsigned char durable[SECTOR];
};

struct file {
    struct file *next;
    dev_t dev;
    ino_t ino;
    int fd;                     /* our own; of the journal never closed, because that would drop the process's locks on it */
    int users;                  /* descriptors of the process */
    bool gone;
    bool journal;
    bool log;                   /* journal.db-wal */
    bool main;                  /* journal.db itself */
    bool syncing;
    off_t durable_size;
    long sectors;
    struct sector *buckets[BUCKETS];
};

enum entry_kind { MADE, RENAMED, REMOVED };

struct entry {                  /* a change of a folder that is not synced */
    enum entry_kind kind;
    char path[PATH_MAX];        /* made or removed, or the new name */
    char from[PATH_MAX];        /* the old name */
    char stash[PATH_MAX];       /* where what it removed or replaced waits; empty: nothing */
};

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_syncfs)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_link)(const char *, const char *);
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static void *(*real_dlsym)(void *, const char *);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t synced = PTHREAD_COND_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static char stash_folder[PATH_MAX];
static const char *control;
static const volatile int64_t *clock_ahead;
static bool lies;
static long remaining;
static long calls;
static long failed;
static uint64_t chance = 88172645463325252ULL;
static struct file *files;
static struct file *by_fd[MOST_FDS];
static struct entry *entries;
static size_t entry_count, entry_room, stashed;

static void load(void);
static void cut(void) __attribute__((noreturn));

/* ---- chance, paths, control ---- */

static uint64_t roll(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return chance * 2685821657736338717ULL >> 16;
}

static bool below_root(const char *path)
{
    return root_length > 0 && path != NULL && strncmp(path, root, root_length) == 0 && path[root_length] == '/';
}

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path), of_end = strlen(end);
    return length >= of_end && strcmp(path + length - of_end, end) == 0;
}

/* The next failure that the control file orders for an operation: an errno, or 0. */
static int ordered_failure(const char *operation)
{
    static long done;
    if (control == NULL)
        return 0;
    int fd = real_open(control, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        done = 0;
        return 0;
    }
    char text[64] = "";
    ssize_t length = read(fd, text, sizeof text - 1);
    real_close(fd);
    if (length <= 0)
        return 0;
    if (strncmp(text, "cut", 3) == 0)
        cut();
    char wanted[16];
    int code;
    long most;
    if (sscanf(text, "%15s %d %ld", wanted, &code, &most) != 3 || strcmp(wanted, operation) != 0)
        return 0;
    failed++;
    if (++done == most)
        real_unlink(control);
    return code;
}

/* Counts a call that changes or syncs something; the lock is held. */
static void step(void)
{
    calls++;
    if (remaining > 0 && --remaining == 0)
        cut();
}

/* ---- files and their sectors; the lock is held ---- */

static struct file *find_file(int fd, const char *path)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return NULL;
    for (struct file *file = files; file != NULL; file = file->next)
        if (!file->gone && file->dev == status.st_dev && file->ino == status.st_ino)
            return file;
    int own = real_open(path, O_RDWR | O_CLOEXEC);
    if (own < 0)
        return NULL;
    struct file *file = calloc(1, sizeof *file);
    file->dev = status.st_dev;
    file->ino = status.st_ino;
    file->fd = own;
    file->journal = strstr(path, "journal.db") != NULL;
    file->log = ends_with(path, "/journal.db-wal");
    file->main = ends_with(path, "/journal.db");
    file->durable_size = status.st_size;
    file->next = files;
    files = file;
    return file;
}

static void remember(struct file *file, off_t from, off_t to)
{
    for (off_t index = from / SECTOR; index * SECTOR < to; index++) {
        struct sector **place = &file->buckets[(uint64_t)index % BUCKETS];
        struct sector *sector = *place;
        while (sector != NULL && sector->index != index)
            sector = sector->next;
        if (sector == NULL) {
            sector = calloc(1, sizeof *sector);
            sector->index = index;
            if (pread(file->fd, sector->durable, SECTOR, index * SECTOR) < 0)
                memset(sector->durable, 0, SECTOR);
            sector->next = *place;
            *place = sector;
            file->sectors++;
        }
        sector->doomed = false;
    }
}

static off_t size_of(struct file *file)
{
    struct stat status;
    return fstat(file->fd, &status) == 0 ? status.st_size : 0;
}

/* A sync is done: what was written is durable, but not what a failed sync lost. */
static void settle(struct file *file)
{
    for (int i = 0; i < BUCKETS; i++)
        for (struct sector **place = &file->buckets[i]; *place != NULL;) {
            struct sector *sector = *place;
            if (sector->doomed) {
                place = &sector->next;
                continue;
            }
            *place = sector->next;
            free(sector);
            file->sectors--;
        }
    file->durable_size = size_of(file);
}

static void doom(struct file *file)
{
    for (int i = 0; i < BUCKETS; i++)
        for (struct sector *sector = file->buckets[i]; sector != NULL; sector = sector->next)
            sector->doomed = true;
}

/* The file of a descriptor, waiting while it is being synced: what a sync has in hand is not changed under it. */
static struct file *writable(int fd)
{
    struct file *file = fd >= 0 && fd < MOST_FDS ? by_fd[fd] : NULL;
    while (file != NULL && file->syncing)
        pthread_cond_wait(&synced, &lock);
    return file != NULL && !file->gone ? file : NULL;
}

/* Forgets a file that nobody has open and that is durable as it is. */
static void release(struct file *file)
{
    if (file->journal || file->users > 0 || (!file->gone && (file->sectors > 0 || file->durable_size != size_of(file))))
        return;
    for (struct file **place = &files; *place != NULL; place = &(*place)->next)
        if (*place == file) {
            *place = file->next;
            break;
        }
    for (int i = 0; i < BUCKETS; i++)
        while (file->buckets[i] != NULL) {
            struct sector *sector = file->buckets[i];
            file->buckets[i] = sector->next;
            free(sector);
        }
    real_close(file->fd);
    free(file);
}

/* ---- folders; the lock is held ---- */

static struct entry *add_entry(enum entry_kind kind, const char *path)
{
    if (entry_count == entry_room)
        entries = realloc(entries, (entry_room = entry_room * 2 + 64) * sizeof *entries);
    struct entry *entry = &entries[entry_count++];
    memset(entry, 0, sizeof *entry);
    entry->kind = kind;
    snprintf(entry->path, sizeof entry->path, "%s", path);
    return entry;
}

static void name_stash(char *name)
{
    snprintf(name, PATH_MAX, "%.3000s/%zu", stash_folder, ++stashed);
}

static void forget_stash(struct entry *entry)
{
    if (entry->stash[0] == 0)
        return;
    struct stat status;
    if (stat(entry->stash, &status) == 0 && status.st_nlink == 1)
        for (struct file *file = files; file != NULL; file = file->next)
            if (file->dev == status.st_dev && file->ino == status.st_ino)
                file->gone = true;
    real_unlink(entry->stash);
}

static bool is_in(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/' && strchr(path + length + 1, '/') == NULL;
}

/* A folder is synced, or all of them (NULL). */
static void settle_folder(const char *folder)
{
    size_t kept = 0;
    for (size_t i = 0; i < entry_count; i++) {
        if (folder == NULL || is_in(entries[i].path, folder))
            forget_stash(&entries[i]);
        else
            entries[kept++] = entries[i];
    }
    entry_count = kept;
}

static void undo(struct entry *entry)
{
    if (entry->kind == MADE)
        real_unlink(entry->path);
    if (entry->kind == RENAMED)
        real_rename(entry->path, entry->from);
    if (entry->stash[0] != 0)
        real_rename(entry->stash, entry->path);
}

/* ---- the cut; the lock is held and never given back ---- */

static long restore(struct file *file, unsigned kept_of_100)
{
    long dropped = 0;
    off_t size = size_of(file);
    off_t end = size != file->durable_size && roll() % 100 >= kept_of_100 ? file->durable_size : size;
    for (int i = 0; i < BUCKETS; i++)
        for (struct sector *sector = file->buckets[i]; sector != NULL; sector = sector->next) {
            if (!sector->doomed && roll() % 100 < kept_of_100)
                continue;
            dropped++;
            if (real_pwrite(file->fd, sector->durable, SECTOR, sector->index * SECTOR) < 0)
                dprintf(2, "power cut: a sector could not be put back\n");
        }
    if (real_ftruncate(file->fd, end) != 0)
        dprintf(2, "power cut: a length could not be put back\n");
    return dropped;
}

static void cut(void)
{
    /* A third of the cuts loses all that was not synced, the others some of it. */
    unsigned kept_of_100 = roll() % 3 == 0 ? 0 : (unsigned)(roll() % 101);
    long unsynced = 0, dropped = 0;
    for (struct file *file = files; file != NULL; file = file->next) {
        if (file->gone)
            continue;
        unsynced += file->sectors;
        dropped += restore(file, kept_of_100);
    }
    size_t kept = kept_of_100 == 0 || entry_count == 0 ? 0 : roll() % (entry_count + 1);
    size_t undone = entry_count - kept;
    while (entry_count > kept)
        undo(&entries[--entry_count]);
    dprintf(2, "power cut after %ld calls: %ld of %ld sectors dropped, %zu changes of folders undone\n", calls, dropped, unsynced, undone);
    _exit(137);
}

/* ---- what the process calls ---- */

static int open_below(int folder, const char *path, int flags, mode_t mode)
{
    struct stat status;
    bool was_there = stat(path, &status) == 0;
    bool empties = (flags & O_TRUNC) != 0 && was_there;
    pthread_mutex_lock(&lock);
    int fd = folder == AT_FDCWD
        ? real_open(path, empties ? flags & ~O_TRUNC : flags, mode)
        : real_openat(folder, path, empties ? flags & ~O_TRUNC : flags, mode);
    int error = errno;
    if (fd >= 0 && fd < MOST_FDS && (flags & O_PATH) == 0) {
        by_fd[fd] = find_file(fd, path);
        if (by_fd[fd] != NULL)
            by_fd[fd]->users++;
        if (!was_there && (flags & O_CREAT) != 0) {
            if (by_fd[fd] != NULL)
                by_fd[fd]->durable_size = 0;
            add_entry(MADE, path);
            step();
        }
    }
    pthread_mutex_unlock(&lock);
    if (fd >= 0 && empties)
        ftruncate(fd, 0);
    errno = error;
    return fd;
}

EXPORT int open(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    pthread_once(&once, load);
    return below_root(path) ? open_below(AT_FDCWD, path, flags, mode) : real_open(path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    return open(path, flags, mode);
}

EXPORT int openat(int folder, const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    pthread_once(&once, load);
    return below_root(path) ? open_below(folder, path, flags, mode) : real_openat(folder, path, flags, mode);
}

EXPORT int openat64(int folder, const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    return openat(folder, path, flags, mode);
}

EXPORT int close(int fd)
{
    pthread_once(&once, load);
    point_close(fd);
    if (root_length > 0 && fd >= 0 && fd < MOST_FDS && by_fd[fd] != NULL) {
        pthread_mutex_lock(&lock);
        struct file *file = by_fd[fd];
        by_fd[fd] = NULL;
        if (file != NULL && --file->users == 0)
            release(file);
        pthread_mutex_unlock(&lock);
    }
    return real_close(fd);
}

/* A write at a place: by pwrite when data is given, else by pwritev. */
static ssize_t write_at(int fd, const void *data, const struct iovec *parts, int count, size_t length, off_t offset)
{
    pthread_mutex_lock(&lock);
    struct file *file = writable(fd);
    int error = file != NULL && file->journal ? ordered_failure("write") : 0;
    ssize_t written = -1;
    if (error == 0) {
        if (file != NULL)
            remember(file, offset, offset + (off_t)length);
        if (file != NULL && file->log)
            point_log_write(offset);
        else if (file != NULL && file->main)
            point_file_write();
        written = data != NULL ? real_pwrite(fd, data, length, offset) : real_pwritev(fd, parts, count, offset);
        error = errno;
        if (file != NULL)
            step();
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return written;
}

static bool is_ours(int fd)
{
    pthread_once(&once, load);
    return root_length > 0 && fd >= 0 && fd < MOST_FDS && by_fd[fd] != NULL;
}

EXPORT ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
    return is_ours(fd) ? write_at(fd, data, NULL, 0, length, offset) : real_pwrite(fd, data, length, offset);
}

EXPORT ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset)
{
    return pwrite(fd, data, length, offset);
}

EXPORT ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    if (!is_ours(fd))
        return real_pwritev(fd, parts, count, offset);
    size_t length = 0;
    for (int i = 0; i < count; i++)
        length += parts[i].iov_len;
    return write_at(fd, NULL, parts, count, length, offset);
}

EXPORT ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset)
{
    return pwritev(fd, parts, count, offset);
}

EXPORT ssize_t write(int fd, const void *data, size_t length)
{
    if (!is_ours(fd))
        return real_write(fd, data, length);
    pthread_mutex_lock(&lock);
    struct file *file = writable(fd);
    int error = file != NULL && file->journal ? ordered_failure("write") : 0;
    ssize_t written = -1;
    if (error == 0) {
        off_t at = (fcntl(fd, F_GETFL) & O_APPEND) != 0 && file != NULL ? size_of(file) : lseek(fd, 0, SEEK_CUR);
        if (file != NULL)
            remember(file, at, at + (off_t)length);
        written = real_write(fd, data, length);
        error = errno;
        if (file != NULL)
            step();
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return written;
}

EXPORT int ftruncate(int fd, off_t length)
{
    if (!is_ours(fd))
        return real_ftruncate(fd, length);
    pthread_mutex_lock(&lock);
    struct file *file = writable(fd);
    int error = file != NULL && file->journal ? ordered_failure("write") : 0;
    int result = -1;
    if (error == 0) {
        if (file != NULL && size_of(file) > length)
            remember(file, length, size_of(file));
        result = real_ftruncate(fd, length);
        error = errno;
        if (file != NULL)
            step();
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

EXPORT int ftruncate64(int fd, off_t length)
{
    return ftruncate(fd, length);
}

static int sync_file(int fd)
{
    pthread_mutex_lock(&lock);
    struct file *file = writable(fd);
    if (file == NULL) {
        pthread_mutex_unlock(&lock);
        return 0;
    }
    step();
    if (file->log)
        point_log_sync();
    else if (file->main)
        point_file_sync();
    file->syncing = true;
    /* The time that a disk takes; whoever answers before the sync is over is seen in it. */
    useconds_t time = (useconds_t)(roll() % 1500);
    pthread_mutex_unlock(&lock);
    usleep(time);
    pthread_mutex_lock(&lock);
    step();
    int error = file->journal ? ordered_failure("sync") : 0;
    if (error != 0)
        doom(file);
    else if (!lies)
        settle(file);
    if (error == 0 && file->log)
        point_log_synced();
    file->syncing = false;
    pthread_cond_broadcast(&synced);
    pthread_mutex_unlock(&lock);
    errno = error;
    return error == 0 ? 0 : -1;
}

static int sync_folder(int fd)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return -1;
    path[length] = 0;
    pthread_mutex_lock(&lock);
    step();
    if (!lies)
        settle_folder(path);
    pthread_mutex_unlock(&lock);
    return 0;
}

static bool is_folder(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

EXPORT int fsync(int fd)
{
    pthread_once(&once, load);
    if (root_length == 0)
        return real_fsync(fd);
    return is_ours(fd) ? sync_file(fd) : is_folder(fd) ? sync_folder(fd) : real_fsync(fd);
}

EXPORT int fdatasync(int fd)
{
    pthread_once(&once, load);
    return root_length == 0 ? real_fdatasync(fd) : fsync(fd);
}

EXPORT int syncfs(int fd)
{
    pthread_once(&once, load);
    if (root_length == 0)
        return real_syncfs(fd);
    pthread_mutex_lock(&lock);
    step();
    for (struct file *file = files, *after; file != NULL && !lies; file = after) {
        after = file->next;
        if (!file->gone && !file->syncing)
            settle(file);
        release(file);
    }
    if (!lies)
        settle_folder(NULL);
    pthread_mutex_unlock(&lock);
    return 0;
}

EXPORT int rename(const char *from, const char *to)
{
    pthread_once(&once, load);
    if (!below_root(from) || !below_root(to))
        return real_rename(from, to);
    pthread_mutex_lock(&lock);
    char stash[PATH_MAX] = "";
    if (access(to, F_OK) == 0) {
        name_stash(stash);
        if (real_link(to, stash) != 0)
            stash[0] = 0;
    }
    point_rename(to);
    int result = real_rename(from, to);
    int error = errno;
    if (result == 0) {
        struct entry *entry = add_entry(RENAMED, to);
        snprintf(entry->from, sizeof entry->from, "%s", from);
        memcpy(entry->stash, stash, sizeof stash);
        point_renamed(to);
        step();
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

EXPORT int unlink(const char *path)
{
    pthread_once(&once, load);
    struct stat status;
    if (!below_root(path) || lstat(path, &status) != 0)
        return real_unlink(path);
    pthread_mutex_lock(&lock);
    char stash[PATH_MAX];
    name_stash(stash);
    int result = real_rename(path, stash);
    int error = errno;
    if (result == 0) {
        struct entry *entry = add_entry(REMOVED, path);
        memcpy(entry->stash, stash, sizeof stash);
        step();
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

EXPORT int link(const char *from, const char *to)
{
    pthread_once(&once, load);
    if (!below_root(to))
        return real_link(from, to);
    pthread_mutex_lock(&lock);
    point_rename(to);
    int result = real_link(from, to);
    int error = errno;
    if (result == 0) {
        add_entry(MADE, to);
        point_renamed(to);
        step();
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

EXPORT int clock_gettime(clockid_t which, struct timespec *now)
{
    pthread_once(&once, load);
    int result = real_clock_gettime(which, now);
    if (result == 0 && clock_ahead != NULL && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
        now->tv_sec += *clock_ahead;
    return result;
}

EXPORT int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    struct timespec time;
    int result = clock_gettime(CLOCK_REALTIME, &time);
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return result;
}

EXPORT time_t time(time_t *now)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    if (now != NULL)
        *now = time.tv_sec;
    return time.tv_sec;
}

/* Functions that .NET looks up by name in libc itself would go past us. */
EXPORT void *dlsym(void *handle, const char *name)
{
    pthread_once(&once, load);
    static const struct { const char *name; void *ours; } replaced[] = {
        { "open", (void *)open }, { "fsync", (void *)fsync }, { "fdatasync", (void *)fdatasync }, { "syncfs", (void *)syncfs }, { "close", (void *)close },
    };
    if (handle != RTLD_NEXT && root_length > 0)
        for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
            if (strcmp(name, replaced[i].name) == 0)
                return replaced[i].ours;
    return real_dlsym(handle, name);
}

/* ---- for points.c ---- */

void shim_once(void)
{
    pthread_once(&once, load);
}

void shim_lock(void)
{
    pthread_mutex_lock(&lock);
}

void shim_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

void shim_cut(void)
{
    cut();
}

static void *next(const char *name)
{
    void *found = real_dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        dprintf(2, "power cut: libc has no %s\n", name);
        _exit(126);
    }
    return found;
}

static void load(void)
{
    real_dlsym = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    if (real_dlsym == NULL)
        real_dlsym = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
    if (real_dlsym == NULL) {
        dprintf(2, "power cut: this libc has no dlsym that is known here\n");
        _exit(126);
    }
    real_open = (int (*)(const char *, int, ...))next("open64");
    real_openat = (int (*)(int, const char *, int, ...))next("openat64");
    real_close = (int (*)(int))next("close");
    real_write = (ssize_t (*)(int, const void *, size_t))next("write");
    real_pwrite = (ssize_t (*)(int, const void *, size_t, off_t))next("pwrite64");
    real_pwritev = (ssize_t (*)(int, const struct iovec *, int, off_t))next("pwritev64");
    real_ftruncate = (int (*)(int, off_t))next("ftruncate64");
    real_fsync = (int (*)(int))next("fsync");
    real_fdatasync = (int (*)(int))next("fdatasync");
    real_syncfs = (int (*)(int))next("syncfs");
    real_rename = (int (*)(const char *, const char *))next("rename");
    real_unlink = (int (*)(const char *))next("unlink");
    real_link = (int (*)(const char *, const char *))next("link");
    real_clock_gettime = (int (*)(clockid_t, struct timespec *))next("clock_gettime");
    point_load(next);
    const char *clock_file = getenv("HUB_FAULTS_CLOCK");
    int clock_fd = clock_file == NULL ? -1 : real_open(clock_file, O_RDONLY | O_CLOEXEC);
    if (clock_fd >= 0) {
        void *mapped = mmap(NULL, sizeof *clock_ahead, PROT_READ, MAP_SHARED, clock_fd, 0);
        clock_ahead = mapped == MAP_FAILED ? NULL : mapped;
        real_close(clock_fd);
    }
    const char *folder = getenv("HUB_FAULTS_ROOT");
    if (folder == NULL || folder[0] != '/' || strlen(folder) > 2000)
        return;
    const char *seed = getenv("HUB_FAULTS_SEED");
    if (seed != NULL)
        chance += (uint64_t)strtoull(seed, NULL, 10) * 0x9E3779B97F4A7C15ULL;
    if (chance == 0)
        chance = 1;
    for (int i = 0; i < 8; i++)
        roll();
    const char *after = getenv("HUB_FAULTS_CUT_AFTER");
    remaining = after == NULL ? 0 : strtol(after, NULL, 10);
    const char *lie = getenv("HUB_FAULTS_LIE");
    lies = lie != NULL && lie[0] == '1';
    control = getenv("HUB_FAULTS_CONTROL");
    snprintf(stash_folder, sizeof stash_folder, "%s/.removed-%d", folder, (int)getpid());
    mkdir(stash_folder, 0700);
    snprintf(root, sizeof root, "%s", folder);
    root_length = strlen(root);
}

__attribute__((constructor)) static void start(void)
{
    pthread_once(&once, load);
}
