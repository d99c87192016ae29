// A child that misbehaves on request: awkward_child HOW [ARGUMENT…]. No Qt, so that it starts at once.

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace {

[[noreturn]] void waitForEver()
{
    for (;;)
        pause();
}

//! One line to standard output, unbuffered: the test waits for it.
void say(const std::string& text)
{
    const auto line = text + '\n';
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0)
        _exit(3);
}

void closeOutput()
{
    const int nothing = open("/dev/null", O_RDWR);
    for (int descriptor = 0; descriptor < 3; ++descriptor)
        dup2(nothing, descriptor);
}

void ignoreSignals()
{
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE})
        signal(number, SIG_IGN);
}

void print(long long bytes, const char* lineEnds)
{
    std::vector<char> block(1 << 20, 'x');
    if (std::string_view(lineEnds) == "lines") {
        for (size_t at = 79; at < block.size(); at += 80)
            block[at] = '\n';
    }
    while (bytes > 0) {
        const auto count =
            write(STDOUT_FILENO, block.data(), size_t(std::min<long long>(bytes, (long long)block.size())));
        if (count < 0)
            _exit(3);
        bytes -= count;
    }
}

//! The classic daemon: fork, new session, fork, no terminal, no output.
void doubleFork(bool clearEnvironment, char** arguments)
{
    if (fork() > 0)
        return;
    setsid();
    if (fork() > 0)
        _exit(0);
    ignoreSignals();
    if (clearEnvironment) {
        char* const environment[] = {nullptr};
        char mode[] = "daemon-body";
        char* const command[] = {arguments[0], mode, nullptr};
        execve("/proc/self/exe", command, environment);
    }
    closeOutput();
    waitForEver();
}

//! Never has the same pid for long: each life forks the next and ends. Not for ever, should nobody catch it.
[[noreturn]] void hop()
{
    for (int life = 0; life < 1500; ++life) {
        const auto child = fork();
        if (child > 0)
            _exit(0);
        if (child == 0)
            setsid();
        usleep(2000);
    }
    _exit(0);
}

void tree(int width)
{
    for (int number = 0; number < width; ++number) {
        if (fork() == 0) {
            if (number % 3 == 0)
                ignoreSignals();
            if (number % 5 == 0)
                setsid();
            waitForEver();
        }
    }
}

} // namespace

int main(int count, char** arguments)
{
    const std::string_view how = count > 1 ? arguments[1] : "";
    const auto number = [&](int index) { return count > index ? std::atoll(arguments[index]) : 0; };
    if (how == "exit")
        return int(number(2));
    if (how == "signal") {
        raise(int(number(2)));
    } else if (how == "ignore-term") {
        ignoreSignals();
        say("ready");
        waitForEver();
    } else if (how == "wait") {
        say("ready");
        waitForEver();
    } else if (how == "stop-itself") {
        say("ready");
        raise(SIGSTOP);
        waitForEver();
    } else if (how == "setsid") {
        if (fork() == 0) {
            setsid();
            ignoreSignals();
            waitForEver();
        }
        say("ready");
        waitForEver();
    } else if (how == "daemon" || how == "clean-daemon") {
        doubleFork(how == "clean-daemon", arguments);
        usleep(50'000); // lets the intermediate end first
        say("ready");
        if (number(2) > 0)
            return 0;
        waitForEver();
    } else if (how == "daemon-body") {
        closeOutput();
        waitForEver();
    } else if (how == "subreaper") { // catches its daemons itself, so that they never become ours
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        doubleFork(false, arguments);
        doubleFork(true, arguments);
        ignoreSignals();
        say("ready");
        waitForEver();
    } else if (how == "pid-namespace") { // a world of its own, with a first process that no signal from inside ends
        if (unshare(getuid() == 0 ? CLONE_NEWPID : CLONE_NEWUSER | CLONE_NEWPID) != 0)
            say("no namespace can be made here");
        if (fork() == 0) {
            ignoreSignals();
            tree(5);
            setsid();
            say("ready");
            waitForEver();
        }
        waitForEver();
    } else if (how == "hop") {
        if (fork() == 0)
            hop();
        say("ready");
        waitForEver();
    } else if (how == "background") { // a grandchild that keeps the output open
        if (fork() == 0)
            waitForEver();
        say("ready");
    } else if (how == "chatty-background") {
        if (fork() == 0) {
            for (;;) {
                say("still here");
                usleep(20'000);
            }
        }
        say("ready");
    } else if (how == "tree") {
        tree(int(number(2)));
        say("ready");
        waitForEver();
    } else if (how == "print") {
        print(number(2), count > 3 ? arguments[3] : "");
    } else if (how == "bytes") { // not text: every byte value, then broken UTF-8
        std::string all;
        for (int value = 0; value < 256; ++value)
            all += char(value);
        all += "\xff\xfe\xed\xa0\x80\n";
        return write(STDOUT_FILENO, all.data(), all.size()) == ssize_t(all.size()) ? 0 : 3;
    } else if (how == "allocate") {
        const auto size = size_t(number(2));
        auto* const memory = static_cast<char*>(std::malloc(size));
        if (!memory)
            return 4;
        std::memset(memory, 1, size);
        say("ready");
        if (number(3) > 0)
            waitForEver();
    } else if (how == "spin") { // uses processor time until it is ended
        say("ready");
        while (getppid() >= 0) {
        }
    } else if (how == "echo") { // until the end of input; then says good-bye
        std::string line;
        for (int byte = 0; (byte = std::getchar()) != EOF;) {
            std::putchar(byte);
            std::fflush(stdout);
        }
        say("end of input");
    } else if (how == "deaf") { // lives on at the end of its input
        say("ready");
        waitForEver();
    } else if (how == "errors") {
        std::fputs("first\r\nsecond\n", stderr);
        std::fputs(std::string(10'000, 'e').c_str(), stderr);
        std::fputs("\nlast without an end", stderr);
    } else if (how == "count") { // a number every millisecond: shows whether time passes for it
        for (long long value = 0;; ++value) {
            say(std::to_string(value));
            usleep(1000);
        }
    } else {
        std::fprintf(stderr, "awkward_child: unknown way “%s”\n", arguments[1]);
        return 2;
    }
    return 0;
}
