// What people put on top of the image, in C: threads, name services, the character sets, locales and time zone that the arguments
// name, and the libraries zlib and libnuma where the image has them. The prototypes are those libraries' stable interface, so that
// no header of theirs is needed to link to the very files of the image.
#include <iconv.h>
#include <langinfo.h>
#include <locale.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef HAS_ZLIB
unsigned long compressBound(unsigned long length);
int compress(unsigned char *target, unsigned long *target_length, const unsigned char *source, unsigned long length);
int uncompress(unsigned char *target, unsigned long *target_length, const unsigned char *source, unsigned long length);
#endif
#ifdef HAS_NUMA
int numa_available(void);
#endif

enum { THREADS = 8, ROOM = 4096, WORDS = 64 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int sum;

static void *add(void *number) {
    pthread_mutex_lock(&gate);
    sum += *(int *)number;
    pthread_mutex_unlock(&gate);
    return NULL;
}

static int threads(void) {
    pthread_t started[THREADS];
    int numbers[THREADS];
    int count = 0;
    for (; count < THREADS; count++) {
        numbers[count] = count + 1;
        if (pthread_create(&started[count], NULL, add, &numbers[count]))
            break;
    }
    while (count > 0)
        pthread_join(started[--count], NULL);
    return sum;
}

static void print_names(void) {
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_family = AF_INET};
    const int fault = getaddrinfo("localhost", "80", &hints, &found);
    const struct passwd *user = getpwuid(65534);
    printf(" %s/%s", fault ? gai_strerror(fault) : "localhost", user ? user->pw_name : "?");
    if (!fault)
        freeaddrinfo(found);
}

// Into a text that ends with zero; the room is ROOM bytes. Returns its length, or 0 where anything was lost.
static size_t convert(char *out, const char *to, const char *from, const char *text, size_t length) {
    iconv_t how = iconv_open(to, from);
    if (how == (iconv_t)-1)
        return 0;
    char *in = (char *)text;
    char *end = out;
    size_t left = length;
    size_t room = ROOM - 1;
    // Once more without text, for what returns to the first state.
    const bool whole = iconv(how, &in, &left, &end, &room) == 0 && iconv(how, NULL, NULL, &end, &room) == 0;
    iconv_close(how);
    *end = 0;
    return whole ? (size_t)(end - out) : 0;
}

static bool charset(const char *name, const char *text) {
    char there[ROOM];
    char back[ROOM];
    const size_t length = convert(there, name, "UTF-8", text, strlen(text));
    return length > 0 && (length != strlen(text) || memcmp(there, text, length)) && convert(back, "UTF-8", name, there, length) > 0 && !strcmp(back, text);
}

static bool locale(const char *name) { return setlocale(LC_ALL, name) != NULL; }

// The weekday of 10 January 2026 in the locale's words, converted from its character set.
static bool day(const char *name, const char *expected) {
    const struct tm saturday = {.tm_year = 126, .tm_mon = 0, .tm_mday = 10, .tm_wday = 6, .tm_yday = 9};
    char text[ROOM];
    char said[ROOM];
    if (!locale(name))
        return false;
    const size_t length = strftime(text, sizeof text, "%A", &saturday);
    return length > 0 && convert(said, "UTF-8", nl_langinfo(CODESET), text, length) > 0 && !strcmp(said, expected);
}

static int by_locale(const void *left, const void *right) { return strcoll(*(char *const *)left, *(char *const *)right); }

// Words with commas between them, in the locale's order: sorted from the end to the start they must come out as they are.
static bool order(const char *name, const char *words) {
    char text[ROOM];
    char *sorted[WORDS];
    char *expected[WORDS];
    int count = 0;
    if (!locale(name) || convert(text, nl_langinfo(CODESET), "UTF-8", words, strlen(words)) == 0)
        return false;
    for (char *rest = text, *word; count < WORDS && (word = strsep(&rest, ",")); count++)
        expected[count] = word;
    for (int at = 0; at < count; at++)
        sorted[at] = expected[count - 1 - at];
    qsort(sorted, count, sizeof *sorted, by_locale);
    return count > 1 && !memcmp(sorted, expected, count * sizeof *sorted);
}

// By its name as by /etc/localtime, in winter and in summer.
static bool zone(const char *name) {
    const time_t seconds[] = {1768000000, 1784000000};
    bool same = true;
    for (int at = 0; at < 2; at++) {
        struct tm own;
        struct tm named;
        char letters[64];
        unsetenv("TZ");
        tzset();
        localtime_r(&seconds[at], &own);
        snprintf(letters, sizeof letters, "%s", own.tm_zone);
        setenv("TZ", name, 1);
        tzset();
        localtime_r(&seconds[at], &named);
        same = same && own.tm_gmtoff == named.tm_gmtoff && !strcmp(letters, named.tm_zone);
        unsetenv("TZ");
        tzset();
    }
    return same;
}

#ifdef HAS_GCC_S
// glibc loads libgcc_s.so.1 by its name when a thread is cancelled, and ends the program where it is not found.
static void *wait_for_ever(void *unused) {
    pause();
    return unused;
}

static bool cancelled(void) {
    pthread_t waiting;
    void *result = NULL;
    return !pthread_create(&waiting, NULL, wait_for_ever, NULL) && !pthread_cancel(waiting) && !pthread_join(waiting, &result) && result == PTHREAD_CANCELED;
}
#endif

// KIND=NAME or KIND=NAME=TEXT
static bool right(const char *argument) {
    char copy[ROOM];
    snprintf(copy, sizeof copy, "%s", argument);
    char *text = copy;
    const char *kind = strsep(&text, "=");
    const char *name = strsep(&text, "=");
    const bool is_right = !name ? false
        : !strcmp(kind, "charset") ? text && charset(name, text)
        : !strcmp(kind, "day") ? text && day(name, text)
        : !strcmp(kind, "order") ? text && order(name, text)
        : !strcmp(kind, "locale") ? locale(name)
        : !strcmp(kind, "zone") && zone(name);
    setlocale(LC_ALL, "C");
    return is_right;
}

int main(int count, char **arguments) {
    printf("threads/%d", threads());
    print_names();
#ifdef HAS_GCC_S
    printf(" cancel/%d", cancelled());
#endif
#ifdef HAS_ZLIB
    static unsigned char words[100000];
    static unsigned char packed[200000];
    static unsigned char back[sizeof words];
    memset(words, 'w', sizeof words);
    unsigned long size = sizeof packed;
    unsigned long length = sizeof back;
    const bool whole = compressBound(sizeof words) <= sizeof packed && compress(packed, &size, words, sizeof words) == 0 && size < 1000
        && uncompress(back, &length, packed, size) == 0 && length == sizeof words && !memcmp(back, words, length);
    printf(" zlib/%d", whole);
#endif
#ifdef HAS_NUMA
    // Whether there is NUMA here is the kernel's business; that the library answers is ours.
    numa_available();
    printf(" numa");
#endif
    int good = 0;
    for (int at = 1; at < count; at++)
        good += right(arguments[at]);
    if (count > 1)
        printf(" text/%d", good);
    for (int at = 1; at < count; at++)
        if (!right(arguments[at]))
            printf(" not %.*s", (int)(strcspn(arguments[at], "=") + 1 + strcspn(strchr(arguments[at], '=') + 1, "=")), arguments[at]);
    puts("");
    return 0;
}
