/* What somebody may leave on a stick: sealed files, names, acknowledgements, folders. Everything is
 * read to its end or refused, and nothing but plain files is opened. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "seal.h"
#include "stick_file.h"
#include "stick_folder.h"

enum { WHAT_SEALED, WHAT_PLAIN, WHAT_NAME, WHAT_ACK, WHAT_FOLDER, WHATS };

static struct crypto_key *receiver(void)
{
    static struct crypto_key *key;
    if (key == NULL) {
        assert(crypto_key_create(&key) == TILL_OK);
    }
    return key;
}

/* Any bytes as a sealed file. */
static void try_sealed(struct span from)
{
    static uint8_t memory[64 * 1024];
    struct seal_header header;
    struct buffer out;
    buffer_init(&out, memory, sizeof memory);
    enum till_status status = seal_read_header(from, &header);
    if (status == TILL_OK) {
        assert(header.open_size + header.sealed.size == from.size);
        assert(strlen(header.label) <= SEAL_LABEL_MAX);
    }
    assert(crypto_unseal(receiver(), from, &out) != TILL_OK && out.size == 0);
}

/* Any bytes sealed, opened, and opened once more with a bit changed. */
static void try_plain(struct span from)
{
    static uint8_t sealed[20 * 1024], plain[20 * 1024];
    uint8_t point[PUBLIC_KEY_SIZE];
    struct buffer out, back;
    size_t at = fuzz_byte(&from);
    crypto_key_public(receiver(), point);
    buffer_init(&out, sealed, sizeof sealed);
    buffer_init(&back, plain, sizeof plain);
    if (crypto_seal(point, "0031-1-9.fts", from, &out) != TILL_OK) {
        return;
    }
    struct span whole = {sealed, out.size};
    assert(crypto_unseal(receiver(), whole, &back) == TILL_OK && back.size == from.size);
    assert(from.size == 0 || memcmp(plain, from.data, from.size) == 0);
    sealed[at % out.size] ^= 1;
    buffer_init(&back, plain, sizeof plain);
    assert(crypto_unseal(receiver(), whole, &back) != TILL_OK && back.size == 0);
}

static void try_name(struct span from)
{
    char name[256];
    char again[STICK_FILE_NAME_MAX];
    struct stick_file file;
    size_t size = from.size < sizeof name - 1 ? from.size : sizeof name - 1;
    memcpy(name, from.data, size);
    name[size] = '\0';
    if (stick_file_read_name(name, &file)) {
        assert(stick_file_name(&file, again) == TILL_OK && strcmp(again, name) == 0);
        assert(stick_name_is_valid(name));
    }
}

static enum till_status digest(void *context, struct span bytes, uint8_t hash_out[HASH_SIZE])
{
    (void)context;
    (void)bytes;
    memset(hash_out, 0, HASH_SIZE);
    return TILL_OK;
}

static enum till_status verify(void *context, const uint8_t hash[HASH_SIZE],
                               const uint8_t signature[SIGNATURE_SIZE])
{
    (void)context;
    (void)hash;
    (void)signature;
    return TILL_OK;
}

/* As if every signature were right. */
static void try_ack(struct span from)
{
    struct sealer sealer = {.digest = digest, .verify = verify};
    struct span head, orders;
    struct stick_key key;
    if (stick_ack_split(from, &head, &orders) == TILL_OK) {
        assert(head.size + orders.size == from.size && head.size >= 2);
        assert(head.data[head.size - 1] == '\n');
    }
    if (stick_key_read(&sealer, from, &key) == TILL_OK) {
        assert(key.point[0] == 0x04);
    }
}

static void empty(const char *dir)
{
    char path[512];
    for (char c = 'a'; c <= 'h'; c++) {
        snprintf(path, sizeof path, "%s/fieldtill/in/%c", dir, c);
        if (unlink(path) != 0) {
            (void)rmdir(path);
        }
    }
}

static char dir[64];

static void tidy(void)
{
    char path[128];
    empty(dir);
    snprintf(path, sizeof path, "%s/fieldtill/in", dir);
    (void)rmdir(path);
    snprintf(path, sizeof path, "%s/fieldtill", dir);
    (void)rmdir(path);
    (void)rmdir(dir);
}

/* Things of every sort under eight names; a byte each says what it is. */
static void try_folder(struct span from)
{
    static uint8_t memory[1024];
    char path[512];
    struct stick_name names[16];
    size_t count = 0;
    struct stick_folder folder = {.is_mount = false};
    if (dir[0] == '\0') {
        snprintf(dir, sizeof dir, "/tmp/fuzz_stick.XXXXXX");
        assert(mkdtemp(dir) != NULL && atexit(tidy) == 0);
        snprintf(path, sizeof path, "%s/fieldtill", dir);
        assert(mkdir(path, 0700) == 0);
        snprintf(path, sizeof path, "%s/fieldtill/in", dir);
        assert(mkdir(path, 0700) == 0);
    }
    empty(dir);
    snprintf(folder.path, sizeof folder.path, "%s", dir);
    for (char c = 'a'; c <= 'h' && from.size > 0; c++) {
        int kind = fuzz_byte(&from) % 5;
        snprintf(path, sizeof path, "%s/fieldtill/in/%c", dir, c);
        int fd = kind < 2 ? open(path, O_WRONLY | O_CREAT | O_EXCL, 0600) : -1;
        if (fd >= 0) {
            size_t size = kind == 0 ? from.size : 4096;
            assert(ftruncate(fd, (off_t)size) == 0);
            close(fd);
        }
        assert(kind != 2 || symlink("/etc/passwd", path) == 0);
        assert(kind != 3 || mkfifo(path, 0600) == 0);
        assert(kind != 4 || mkdir(path, 0700) == 0);
    }
    assert(stick_folder_list(&folder, "in", names, 16, &count) == TILL_OK && count <= 8);
    for (size_t i = 0; i < count; i++) {
        size_t size = 0;
        struct stat about;
        snprintf(path, sizeof path, "%s/fieldtill/in/%s", dir, names[i].text);
        assert(lstat(path, &about) == 0);
        snprintf(path, sizeof path, "in/%s", names[i].text);
        enum till_status status = stick_folder_read(&folder, path, memory, sizeof memory, &size);
        bool fits = S_ISREG(about.st_mode) && (size_t)about.st_size <= sizeof memory;
        assert((status == TILL_OK) == fits && size <= sizeof memory);
    }
    empty(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span from = fuzz_span(data, size);
    switch (fuzz_byte(&from) % WHATS) {
    case WHAT_SEALED:
        try_sealed(from);
        break;
    case WHAT_PLAIN:
        try_plain(from);
        break;
    case WHAT_NAME:
        try_name(from);
        break;
    case WHAT_ACK:
        try_ack(from);
        break;
    default:
        try_folder(from);
        break;
    }
    return 0;
}
