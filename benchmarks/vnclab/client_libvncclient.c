/* libvncclient as a client that `talk.py` describes: commands come on standard input, an answer in JSON follows each.
 * The server is asked for the pixels that ours asks for (BGRX, which need no conversion) and keeps the pointer out of the picture.
 */
#include <netinet/in.h>
#include <linux/tcp.h>
#include <poll.h>
#include <rfb/rfbclient.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MICROSECONDS 1000000
#define MOST_SILENCE 60
#define ASK_AGAIN 10

/* Without it, a server cuts the screen up in another way than for ours; the library asks for it with Tight alone. */
static int last_rectangle[] = {rfbEncodingLastRect, 0};
static rfbClientProtocolExtension extension = {.encodings = last_rectangle};

static rfbClient *client;
static char *encodings;
static unsigned long updates, whole;
static double area;

static void be_silent(const char *format, ...) { (void)format; }

static void painted(rfbClient *from, int x, int y, int width, int height) {
    (void)from, (void)x, (void)y;
    area += (double)width * height;
}

/* An update that paints as many pixels as the screen has answers a request for all of them. */
static void updated(rfbClient *from) {
    updates++;
    whole += area >= (double)from->width * from->height;
    area = 0;
}

static double wall(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static double processor(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

static unsigned long long received(void) {
    struct tcp_info told;
    socklen_t size = sizeof told;
    if (!client || getsockopt(client->sock, IPPROTO_TCP, TCP_INFO, &told, &size))
        return 0;
    return told.tcpi_bytes_received;
}

static void fail(const char *what) {
    printf("{\"error\": \"%s\"}\n", what);
    exit(1);
}

/* Read a message, should one come in time. */
static int handle(void) {
    int ready = WaitForMessage(client, WAIT_MICROSECONDS);
    if (ready < 0 || (ready > 0 && !HandleRFBServerMessage(client)))
        fail("the connection was lost");
    return ready;
}

static void ask(void) { SendFramebufferUpdateRequest(client, 0, 0, client->width, client->height, FALSE); }

/* An answer that does not come in one update is asked for again. */
static void until_whole(unsigned long wanted) {
    int silence = 0;
    while (whole < wanted) {
        silence = handle() ? 0 : silence + 1;
        if (silence > MOST_SILENCE)
            fail("no full frame came");
        if (silence && silence % ASK_AGAIN == 0)
            ask();
    }
}

static void disconnect(void) {
    if (!client)
        return;
    free(client->frameBuffer);
    client->frameBuffer = NULL;
    rfbClientCleanup(client);
    client = NULL;
}

static void connect_to(const char *host, int port, const char *names, int quality, int compression) {
    double began = wall();
    disconnect();
    client = rfbGetClient(8, 3, 4);
    client->format.redShift = 16;
    client->format.blueShift = 0;
    client->canHandleNewFBSize = TRUE;
    client->appData.useRemoteCursor = TRUE;
    client->GotFrameBufferUpdate = painted;
    client->FinishedFrameBufferUpdate = updated;
    if (strcmp(names, "auto")) {
        free(encodings);
        encodings = strdup(names);
        for (char *comma = encodings; (comma = strchr(comma, ',')); )
            *comma = ' ';
        client->appData.encodingsString = encodings;
        client->appData.enableJPEG = quality >= 0;
        client->appData.qualityLevel = quality;
        client->appData.compressLevel = compression;
    }
    free(client->serverHost);
    client->serverHost = strdup(host);
    client->serverPort = port;
    updates = whole = 0;
    area = 0;
    if (!rfbInitClient(client, NULL, NULL)) {
        client = NULL;
        fail("cannot connect");
    }
    until_whole(1);
    printf("{\"wall\": %.3f}\n", wall() - began);
}

static void frames(int count) {
    double began = wall(), used = processor();
    unsigned long long bytes = received();
    for (int number = 0; number < count; number++) {
        unsigned long wanted = whole + 1;
        ask();
        until_whole(wanted);
    }
    used = processor() - used;
    printf("{\"cpu\": %.4f, \"wall\": %.4f, \"bytes\": %llu}\n", used, wall() - began, received() - bytes);
}

static void counts(void) {
    long peak = 0;
    char line[200];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        sscanf(line, "VmHWM: %ld", &peak);
    if (status)
        fclose(status);
    printf("{\"cpu\": %.4f, \"updates\": %lu, \"bytes\": %llu, \"peak\": %ld}\n", processor(), updates, received(), peak);
}

int main(void) {
    char line[1000], host[200], names[200];
    int port, quality, compression, count;
    rfbClientLog = rfbClientErr = be_silent;
    rfbClientRegisterExtension(&extension);
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("{\"ready\": true}");
    for (;;) {
        struct pollfd sources[2] = {{.fd = 0, .events = POLLIN}, {.fd = client ? client->sock : -1, .events = POLLIN}};
        poll(sources, 2, client && client->buffered ? 0 : -1);
        if (sources[0].revents) {
            if (!fgets(line, sizeof line, stdin))
                return 0;
            if (sscanf(line, "connect %199s %d %199s %d %d", host, &port, names, &quality, &compression) == 5)
                connect_to(host, port, names, quality, compression);
            else if (sscanf(line, "frames %d", &count) == 1)
                frames(count);
            else if (!strncmp(line, "counts", 6))
                counts();
            else if (!strncmp(line, "disconnect", 10))
                disconnect(), puts("{}");
            else
                fail("unknown command");
        } else if (client)
            handle();
    }
}
