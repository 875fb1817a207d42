/* gz: compresses standard input to standard output in the format of gzip; gz -d unpacks it, with all members of the file. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { GZIP = 16 + MAX_WBITS };

static unsigned char input[1 << 16], output[1 << 16];

static int fail(const char *what)
{
    fprintf(stderr, "gz: %s\n", what);
    return 1;
}

static int refill(z_stream *stream)
{
    stream->next_in = input;
    stream->avail_in = (uInt)fread(input, 1, sizeof input, stdin);
    return !ferror(stdin);
}

static int emit(const z_stream *stream)
{
    size_t size = sizeof output - stream->avail_out;
    return fwrite(output, 1, size, stdout) == size;
}

static int compress_all(void)
{
    z_stream stream = {0};
    int status;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return fail("zlib cannot be initialized");
    do {
        if (!refill(&stream))
            return fail("standard input cannot be read");
        do {
            stream.next_out = output;
            stream.avail_out = sizeof output;
            status = deflate(&stream, feof(stdin) ? Z_FINISH : Z_NO_FLUSH);
            if (!emit(&stream))
                return fail("standard output cannot be written");
        } while (stream.avail_out == 0);
    } while (status != Z_STREAM_END);
    deflateEnd(&stream);
    return fflush(stdout) == 0 ? 0 : fail("standard output cannot be written");
}

static int uncompress_all(void)
{
    z_stream stream = {0};
    int status = Z_OK;
    if (inflateInit2(&stream, GZIP) != Z_OK)
        return fail("zlib cannot be initialized");
    for (;;) {
        if (stream.avail_in == 0 && !refill(&stream))
            return fail("standard input cannot be read");
        if (stream.avail_in == 0)
            break;
        if (status == Z_STREAM_END)
            inflateReset(&stream); /* another member follows */
        do {
            stream.next_out = output;
            stream.avail_out = sizeof output;
            status = inflate(&stream, Z_NO_FLUSH);
            if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
                return fail(stream.msg ? stream.msg : "the input is damaged");
            if (!emit(&stream))
                return fail("standard output cannot be written");
        } while (stream.avail_out == 0 && status != Z_STREAM_END);
    }
    inflateEnd(&stream);
    if (status != Z_STREAM_END)
        return fail("the input ends in the middle");
    return fflush(stdout) == 0 ? 0 : fail("standard output cannot be written");
}

int main(int count, char **words)
{
    if (count == 1)
        return compress_all();
    if (count == 2 && strcmp(words[1], "-d") == 0)
        return uncompress_all();
    fprintf(stderr, "usage: gz [-d] <input >output\n");
    return 2;
}
