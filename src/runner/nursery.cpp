#include "runner/nursery.h"

#include "base/json.h"
#include "base/log.h"
#include "process/fork_into.h"
#include "process/process_tree.h"
#include "runner/phase_rules.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>

#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace switchyard::runner {

namespace {

constexpr qsizetype longestRequest = 64 << 10;

//! Never let go: taking it apart would copy all its pages into each runner that ends.
std::shared_ptr<const gate::Gate>& preparedGate()
{
    static auto* const gate = new std::shared_ptr<const gate::Gate>;
    return *gate;
}

//! What every runner would otherwise do for itself, and keep in pages of its own.
void prepare()
{
    std::setlocale(LC_ALL, "");
    if (auto gate = gate::Gate::load({}))
        preparedGate() = *gate;
    PhaseRules::builtIn();
    (void)redact(u"patterns are compiled at their first use"_s);
}

//! The kernel takes all of it back at once; the destructors of what is shared would first copy it.
[[noreturn]] void leave(int status)
{
    std::fflush(nullptr);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    std::exit(status); // tells what was found
#else
    _exit(status);
#endif
}

struct Request {
    QByteArray task, attempt, group, tag, folder, log;
};

Result<Request> parse(const QByteArray& line)
{
    SY_TRY_ASSIGN(const auto json, parseObject(line, u"request"_s));
    JsonReader reader(json, u"request"_s);
    Request request;
    request.task = reader.text("task"_L1).toLatin1();
    request.attempt = QByteArray::number(reader.integer("attempt"_L1));
    request.group = QFile::encodeName(reader.text("group"_L1, QString()));
    request.tag = reader.text("tag"_L1).toLatin1();
    request.folder = QFile::encodeName(reader.text("folder"_L1));
    request.log = QFile::encodeName(reader.text("log"_L1));
    SY_TRY(reader.finish());
    return request;
}

//! What ps(1) shows: written over our own arguments, which have room for it.
class Title
{
public:
    Title(int argc, char** argv) : m_start(argv[0]), m_room(argv[argc - 1] + std::strlen(argv[argc - 1]) + 1 - argv[0])
    {
    }
    void show(const QByteArray& words) const
    {
        std::memset(m_start, 0, size_t(m_room));
        std::memcpy(m_start, words.constData(), size_t(std::min<qsizetype>(m_room - 1, words.size())));
    }

private:
    char* const m_start;
    const qsizetype m_room;
};

//! In the child: nothing of the nursery's but its memory.
void becomeRunner(const Request& request)
{
    signal(SIGCHLD, SIG_DFL);
    setsid();
    const int nothing = open("/dev/null", O_RDWR);
    const int log = open(request.log.constData(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(log >= 0 ? log : nothing, STDERR_FILENO);
    close_range(STDERR_FILENO + 1, ~0u, 0);
    qputenv(process::ProcessTree::tagVariable.data(), request.tag);
    [[maybe_unused]] const auto entered = chdir(request.folder.constData());
}

void answer(const QJsonObject& json)
{
    const auto line = compactJson(json) + '\n';
    [[maybe_unused]] const auto written = write(STDOUT_FILENO, line.constData(), size_t(line.size()));
}

//! One line of standard input; empty at its end, or when it is longer than any request.
QByteArray readLine(QByteArray& buffer)
{
    for (;;) {
        if (const auto end = buffer.indexOf('\n'); end >= 0) {
            const auto line = buffer.first(end);
            buffer.remove(0, end + 1);
            return line;
        }
        std::array<char, 4096> piece;
        const auto count = read(STDIN_FILENO, piece.data(), piece.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0 || buffer.size() > longestRequest)
            return {};
        buffer.append(piece.data(), count);
    }
}

} // namespace

bool isNursery(int argc, char** argv)
{
    return argc > 2 && std::strcmp(argv[1], "runner") == 0 && std::strcmp(argv[2], "--nursery") == 0;
}

int runNursery(int argc, char** argv, int (*program)(int, char**))
{
    signal(SIGCHLD, SIG_IGN); // nobody here asks how a runner ended: its journal tells
    signal(SIGPIPE, SIG_IGN);
    qunsetenv("LD_BIND_NOW");
    const auto name = QByteArray(argv[0]);
    const Title title(argc, argv);
    title.show("swy\0runner\0--nursery"_ba);
    prepare();
    answer({{u"ready"_s, true}});
    QByteArray buffer;
    for (auto line = readLine(buffer); !line.isEmpty(); line = readLine(buffer)) {
        const auto request = parse(line);
        if (!request) {
            answer({{u"error"_s, describe(request.error())}});
            continue;
        }
        const auto pid = process::forkInto(request->group);
        if (pid == 0) {
            becomeRunner(*request);
            std::array<QByteArray, 6> words{name, "runner", "--task", request->task, "--attempt", request->attempt};
            title.show(QByteArrayList(words.begin(), words.end()).join('\0'));
            std::array<char*, words.size() + 1> arguments{};
            for (size_t at = 0; at < words.size(); ++at)
                arguments[at] = words[at].data();
            leave(program(int(words.size()), arguments.data()));
        }
        if (pid < 0)
            answer({{u"error"_s, QString::fromLocal8Bit(std::strerror(errno))}});
        else
            answer({{u"pid"_s, pid}});
    }
    return 0;
}

Result<std::shared_ptr<const gate::Gate>> loadGate(const QString& userRules, const QList<gate::RuleFile>& ofProject)
{
    if (preparedGate() && ofProject.isEmpty() && QDir(userRules).entryList({u"*.json"_s}, QDir::Files).isEmpty())
        return preparedGate();
    return gate::Gate::load(userRules, ofProject);
}

} // namespace switchyard::runner
