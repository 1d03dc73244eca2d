/* Named points of a message's road, as powercut.c and points.c see them from outside. */
#ifndef POINTS_H
#define POINTS_H
#include <stdbool.h>
#include <sys/types.h>

/* What a call to the journal's log or file is about to do, or has done. Called with the lock held. */
void point_log_write(off_t offset);
void point_log_sync(void);
void point_log_synced(void);
void point_file_write(void);
void point_file_sync(void);
void point_rename(const char *to);
void point_renamed(const char *to);

/* A descriptor is closed. */
void point_close(int fd);

/* Reads the environment; once, before all else. */
void point_load(void *(*next)(const char *));

/* Of powercut.c: the lock of everything here, and the cut, which needs it. */
void shim_once(void);
void shim_lock(void);
void shim_unlock(void);
void shim_cut(void) __attribute__((noreturn));
#endif
