/* The tiles of a ZRLE rectangle (RFC 6143 section 7.7.6) in a language that reads run by run as fast as they come.
 *
 * encodings/zrle.py does the same by array operations, and is used where this was not built; that takes three to six times as long
 * for text, whose tiles are made of runs. Nothing here knows Python: native.py calls it through ctypes, which lets other threads run
 * meanwhile, and one build serves every Python on a platform.
 */
#include <stddef.h>
#include <stdint.h>

#define SIDE 64

enum { SHORT = -1, OVERRUN = -2, NO_COLOUR = -3, UNKNOWN = -4 };

typedef struct {
    const uint8_t *at, *end;
    int pixel_size; /* bytes of a CPIXEL */
    const uint32_t *table; /* words by pixel; NULL where a CPIXEL is blue, green, red */
} Stream;

int32_t screenagent_tiles_version(void) { return 1; }

static uint32_t take_pixel(Stream *in) {
    const uint8_t *at = in->at;
    in->at += in->pixel_size;
    if (in->pixel_size == 3)
        return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;
    return in->table[in->pixel_size == 1 ? at[0] : (at[0] | at[1] << 8)];
}

static int has(const Stream *in, ptrdiff_t bytes) { return in->end - in->at >= bytes; }

/* A run's length: 255 means that more follow, and the run is one longer than their sum. 0 where the data ends. */
static int64_t take_length(Stream *in) {
    int64_t length = 1;
    while (in->at < in->end) {
        uint8_t value = *in->at++;
        length += value;
        if (value != 255)
            return length;
    }
    return 0;
}

/* Paints `length` pixels on from *x, *y, line by line. */
static void paint_run(uint32_t *tile, int64_t stride, int width, int *x, int *y, int64_t length, uint32_t word) {
    while (length > 0) {
        int room = width - *x;
        int part = length < room ? (int)length : room;
        uint32_t *to = tile + *y * stride + *x;
        for (int i = 0; i < part; i++)
            to[i] = word;
        length -= part;
        *x += part;
        if (*x == width) {
            *x = 0;
            ++*y;
        }
    }
}

static int paint_raw(Stream *in, uint32_t *tile, int64_t stride, int width, int height) {
    if (!has(in, (ptrdiff_t)in->pixel_size * width * height))
        return SHORT;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            tile[y * stride + x] = take_pixel(in);
    return 0;
}

static int paint_packed(Stream *in, uint32_t *tile, int64_t stride, int width, int height, const uint32_t *palette, int colours) {
    int bits = colours == 2 ? 1 : colours <= 4 ? 2 : 4;
    int row = (width * bits + 7) / 8;
    if (!has(in, (ptrdiff_t)row * height))
        return SHORT;
    for (int y = 0; y < height; y++, in->at += row)
        for (int x = 0; x < width; x++) {
            int bit = x * bits;
            int index = in->at[bit >> 3] >> (8 - bits - (bit & 7)) & ((1 << bits) - 1);
            if (index >= colours)
                return NO_COLOUR;
            tile[y * stride + x] = palette[index];
        }
    return 0;
}

static int paint_runs(Stream *in, uint32_t *tile, int64_t stride, int width, int height, const uint32_t *palette, int colours) {
    int64_t left = (int64_t)width * height;
    int x = 0, y = 0;
    while (left > 0) {
        uint32_t word;
        int64_t length = 1;
        if (palette) {
            if (!has(in, 1))
                return SHORT;
            uint8_t code = *in->at++;
            if ((code & 127) >= colours)
                return NO_COLOUR;
            word = palette[code & 127];
            if (code & 128)
                length = take_length(in);
        } else {
            if (!has(in, in->pixel_size))
                return SHORT;
            word = take_pixel(in);
            length = take_length(in);
        }
        if (length == 0)
            return SHORT;
        if (length > left)
            return OVERRUN;
        paint_run(tile, stride, width, &x, &y, length, word);
        left -= length;
    }
    return 0;
}

static int paint_tile(Stream *in, uint32_t *tile, int64_t stride, int width, int height) {
    uint32_t palette[128];
    if (!has(in, 1))
        return SHORT;
    uint8_t kind = *in->at++;
    if (kind == 0)
        return paint_raw(in, tile, stride, width, height);
    if (kind == 128)
        return paint_runs(in, tile, stride, width, height, NULL, 0);
    int colours = kind & 127;
    if ((kind > 16 && kind < 130))
        return UNKNOWN;
    if (!has(in, (ptrdiff_t)in->pixel_size * colours))
        return SHORT;
    for (int i = 0; i < colours; i++)
        palette[i] = take_pixel(in);
    if (kind == 1) {
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                tile[y * stride + x] = palette[0];
        return 0;
    }
    if (kind <= 16)
        return paint_packed(in, tile, stride, width, height, palette, colours);
    return paint_runs(in, tile, stride, width, height, palette, colours);
}

/* Paints width x height words, lines `stride` words apart, from `size` bytes; returns how many of these it took, or an error. */
int64_t screenagent_paint_zrle(const uint8_t *data, int64_t size, int32_t pixel_size, const uint32_t *table, uint32_t *area,
                               int64_t stride, int32_t width, int32_t height) {
    Stream in = {data, data + size, pixel_size, table};
    for (int32_t top = 0; top < height; top += SIDE)
        for (int32_t left = 0; left < width; left += SIDE) {
            int high = height - top < SIDE ? height - top : SIDE;
            int wide = width - left < SIDE ? width - left : SIDE;
            int error = paint_tile(&in, area + top * stride + left, stride, wide, high);
            if (error)
                return error;
        }
    return in.at - data;
}
