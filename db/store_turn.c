#include "store_turn.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "log.h"

enum { TURN_S = 5 };

struct store_turn {
    struct store_turn *next;
    dev_t device;
    ino_t inode;
    size_t users;
    pthread_mutex_t lock;
    pthread_cond_t given;
    bool taken;
};

static struct store_turn *turns;
static pthread_mutex_t turns_lock = PTHREAD_MUTEX_INITIALIZER;

static struct store_turn *create(const struct stat *file)
{
    struct store_turn *turn = calloc(1, sizeof(*turn));
    pthread_condattr_t steady;

    if (turn == NULL)
        return NULL;
    turn->device = file->st_dev;
    turn->inode = file->st_ino;
    (void)pthread_mutex_init(&turn->lock, NULL);
    (void)pthread_condattr_init(&steady);
    (void)pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&turn->given, &steady);
    (void)pthread_condattr_destroy(&steady);
    turn->next = turns;
    turns = turn;
    return turn;
}

enum till_status store_turn_open(const char *path, struct store_turn **turn_out)
{
    struct store_turn *turn = NULL;
    struct stat file;

    if (stat(path, &file) != 0)
        return TILL_E_IO;
    (void)pthread_mutex_lock(&turns_lock);
    for (turn = turns; turn != NULL; turn = turn->next) {
        if (turn->device == file.st_dev && turn->inode == file.st_ino)
            break;
    }
    if (turn == NULL)
        turn = create(&file);
    if (turn != NULL)
        turn->users++;
    (void)pthread_mutex_unlock(&turns_lock);
    *turn_out = turn;
    return turn != NULL ? TILL_OK : TILL_E_MEMORY;
}

void store_turn_close(struct store_turn *turn)
{
    struct store_turn **place = &turns;

    if (turn == NULL)
        return;
    (void)pthread_mutex_lock(&turns_lock);
    if (--turn->users == 0) {
        while (*place != turn)
            place = &(*place)->next;
        *place = turn->next;
        (void)pthread_cond_destroy(&turn->given);
        (void)pthread_mutex_destroy(&turn->lock);
        free(turn);
    }
    (void)pthread_mutex_unlock(&turns_lock);
}

enum till_status store_turn_take(struct store_turn *turn)
{
    struct timespec until;
    int code = 0;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += TURN_S;
    (void)pthread_mutex_lock(&turn->lock);
    while (turn->taken && code == 0)
        code = pthread_cond_timedwait(&turn->given, &turn->lock, &until);
    if (!turn->taken) {
        turn->taken = true;
        code = 0;
    }
    (void)pthread_mutex_unlock(&turn->lock);
    if (code != 0)
        log_warning("the store was written to for %d s by another worker", TURN_S);
    return code == 0 ? TILL_OK : TILL_BUSY;
}

void store_turn_give(struct store_turn *turn)
{
    (void)pthread_mutex_lock(&turn->lock);
    turn->taken = false;
    (void)pthread_cond_signal(&turn->given);
    (void)pthread_mutex_unlock(&turn->lock);
}
