/* Has writes below a folder fail as on a full disk, from a given one on; loaded with LD_PRELOAD.
 *
 * RIG_DISK names a file of three numbers that the rig and all processes share: how many writes there were, from which
 * one on the disk is full, and whether it is. RIG_DISK_FOLDER names the folder. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

struct disk { _Atomic uint64_t count, limit, is_full; };
static struct disk *disk;
static const char *folder;
static size_t length;

__attribute__((constructor)) static void open_disk(void) {
    const char *path = getenv("RIG_DISK");
    folder = getenv("RIG_DISK_FOLDER");
    if (!path || !folder) return;
    length = strlen(folder);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    void *place = mmap(NULL, sizeof *disk, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (place != MAP_FAILED) disk = place;
}

static int is_refused(int fd) {
    if (!disk) return 0;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return 0;
    path[size] = 0;
    if (strncmp(path, folder, length) || path[length] != '/') return 0;
    if (atomic_fetch_add(&disk->count, 1) + 1 >= atomic_load(&disk->limit)) atomic_store(&disk->is_full, 1);
    if (!atomic_load(&disk->is_full)) return 0;
    errno = ENOSPC;
    return 1;
}

#define NEXT(name) static __typeof__(&name) next; if (!next) next = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t size) { NEXT(write); return is_refused(fd) ? -1 : next(fd, data, size); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { NEXT(pwrite); return is_refused(fd) ? -1 : next(fd, data, size, at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { NEXT(pwrite64); return is_refused(fd) ? -1 : next(fd, data, size, at); }
ssize_t writev(int fd, const struct iovec *parts, int count) { NEXT(writev); return is_refused(fd) ? -1 : next(fd, parts, count); }
int posix_fallocate(int fd, off_t at, off_t size) { NEXT(posix_fallocate); return is_refused(fd) ? ENOSPC : next(fd, at, size); }
int fallocate(int fd, int mode, off_t at, off_t size) { NEXT(fallocate); return is_refused(fd) ? -1 : next(fd, mode, at, size); }
