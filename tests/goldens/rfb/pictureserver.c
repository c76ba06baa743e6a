/* A libvncserver that shows what it is told: pictures in its own pixel format come on standard input, one after the other.
 *
 *     pictureserver PORT WIDTH HEIGHT BITS map|true < PICTURES
 *
 * 16 bits are 5 of red, 5 of green and 5 of blue; 8 bits with a map are entries of a colour map, whose 256 red, green and blue
 * bytes come before the first picture.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <rfb/rfb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COLOURS 256
#define WAIT_MICROSECONDS 5000

static void take(void *into, size_t size) {
    for (size_t have = 0; have < size;) {
        ssize_t more = read(0, (char *)into + have, size - have);
        if (more <= 0)
            exit(0);
        have += more;
    }
}

static void show(rfbScreenInfoPtr screen, char *picture) {
    int width = screen->width, bytes = screen->serverFormat.bitsPerPixel / 8;
    int left = width, right = 0, top = screen->height, bottom = 0;
    for (int y = 0; y < screen->height; y++)
        for (int x = 0; x < width; x++) {
            size_t place = ((size_t)y * width + x) * bytes;
            if (!memcmp(screen->frameBuffer + place, picture + place, bytes))
                continue;
            memcpy(screen->frameBuffer + place, picture + place, bytes);
            left = x < left ? x : left;
            right = x >= right ? x + 1 : right;
            top = y < top ? y : top;
            bottom = y + 1;
        }
    if (right)
        rfbMarkRectAsModified(screen, left, top, right, bottom);
}

int main(int count, char **words) {
    if (count != 6)
        return 2;
    int width = atoi(words[2]), height = atoi(words[3]), bytes = atoi(words[4]) / 8;
    size_t size = (size_t)width * height * bytes;
    char *picture = malloc(size), *name[] = {words[0]};
    int none = 1;
    rfbLogEnable(0);
    rfbScreenInfoPtr screen = rfbGetScreen(&none, name, width, height, bytes == 2 ? 5 : 8, 3, bytes);
    screen->frameBuffer = calloc(size, 1);
    screen->desktopName = "golden";
    screen->port = atoi(words[1]);
    screen->listenInterface = inet_addr("127.0.0.1");
    screen->ipv6port = 0;
    screen->cursor = NULL;
    screen->deferUpdateTime = 1;
    screen->alwaysShared = TRUE;
    if (bytes == 4) {
        screen->serverFormat.redShift = 16;
        screen->serverFormat.blueShift = 0;
    }
    if (!strcmp(words[5], "map")) {
        screen->serverFormat.trueColour = FALSE;
        screen->colourMap.count = COLOURS;
        screen->colourMap.data.bytes = malloc(3 * COLOURS);
        take(screen->colourMap.data.bytes, 3 * COLOURS);
    }
    take(picture, size);
    show(screen, picture);
    rfbInitServer(screen);
    for (;;) {
        struct pollfd input = {0, POLLIN, 0};
        if (poll(&input, 1, 0) > 0) {
            take(picture, size);
            show(screen, picture);
        }
        rfbProcessEvents(screen, WAIT_MICROSECONDS);
    }
}
