/*
 * What a stick brings in: sealed batches, each as if it had come by the line; and what goes back
 * on it: a signed head for each terminal, with the newest orders.
 *
 * Files are taken in the order of their numbers. Nothing on a stick is believed: links and pipes
 * are not opened, sizes are capped, a name only says in which order. The same file may come any
 * number of times. It knows files and the API (api.h), not how it is printed.
 */
#ifndef TILL_HOST_STICK_INTAKE_H
#define TILL_HOST_STICK_INTAKE_H

#include "api.h"
#include "stick_file.h"
#include "stick_trust.h"

/* One file, and what became of it. */
struct stick_taken {
    char name[STICK_FILE_NAME_MAX];
    struct stick_file file;  /* of its name */
    enum till_status status; /* TILL_REFUSED: for another host's key, or as the API refuses */
    struct api_batch batch;  /* TILL_OK only */
};

struct stick_intake {
    const struct api *api;
    const struct stick_trust *trust;
    int64_t now_s;
    void *context;
    void (*taken)(void *context, const struct stick_taken *one);
    /* Acknowledgements: how many were written. TILL_E_IO, TILL_DISK_FULL: the last that was not. */
    uint32_t acknowledged;
    enum till_status ack_status;
};

/* dir: where the stick is, with `fieldtill` in it. TILL_NOT_FOUND: nothing of ours is there.
 * TILL_E_IO. Whatever single files are like, TILL_OK. Blocking: as the files take. */
enum till_status stick_intake(struct stick_intake *intake, const char *dir) TILL_CHECKED;

#endif
