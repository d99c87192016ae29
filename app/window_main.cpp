// The window: one per user at a time is usual, several are fine; none of them holds a task.

#include <QApplication>
#include <QCommandLineParser>
#include <QFile>
#include <QLibraryInfo>
#include <QThreadPool>
#include <QTranslator>

#include "base/log.h"
#include "client/task_feed.h"
#include "ui/shell/main_window.h"
#include "ui/shell/quiet_cursor.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <thread>
#include <unistd.h>

using namespace switchyard;

namespace {

//! The window's own texts and Qt's, in the user's language where there is a translation.
void installTranslations(QApplication& application, const QString& language)
{
    if (!language.isEmpty())
        QLocale::setDefault(QLocale(language));
    auto* const qt = new QTranslator(&application);
    if (qt->load(QLocale(), u"qtbase"_s, u"_"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        application.installTranslator(qt);
    // English is there for its plural forms; the user's language comes before it.
    for (const auto& locale : {QLocale(QLocale::English), QLocale()}) {
        auto* const own = new QTranslator(&application);
        if (own->load(locale, u"switchyard"_s, u"_"_s, u":/i18n"_s))
            application.installTranslator(own);
    }
}

//! Since the process began, start of the program and its libraries included.
milliseconds sinceStart()
{
    QFile stat(u"/proc/self/stat"_s);
    if (!stat.open(QIODevice::ReadOnly))
        return {};
    const auto fields = stat.readAll().split(')').last().simplified().split(' ');
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const qint64 began = fields.value(19).toLongLong() * 1000 / sysconf(_SC_CLK_TCK);
    return milliseconds(qint64(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000 - began);
}

//! Reads what fonts there are: a third of what a window takes to come up, and Qt would begin with it only when the
//! first text is laid out. Both share what fontconfig has read; without it in this form Qt reads it as ever.
void readFonts()
{
    if (auto* const library = dlopen("libfontconfig.so.1", RTLD_LAZY)) {
        if (const auto read = reinterpret_cast<int (*)()>(dlsym(library, "FcInit")))
            read();
    }
}

bool inEventLoop = false;

//! QApplication::exec(), from which no exit() comes back to take the program apart. Without its display Qt and libX11
//! call exit() out of the middle of an event: every object and worker thread is still there and uses statics that would
//! be destroyed under it. So the process ends at that point; whatever matters is with the engine or on disk already.
int runEventLoop()
{
    (void)QThreadPool::globalInstance(); // made before, or its end would come first and wait for the workers
    std::atexit([] {
        if (!inEventLoop)
            return;
        std::fputs("switchyard: the connection to the display is lost; the tasks go on\n", stderr);
        _exit(1);
    });
    inEventLoop = true;
    const int code = QApplication::exec();
    inEventLoop = false;
    return code;
}

} // namespace

int main(int argc, char** argv)
{
    const std::jthread fonts(readFonts); // while the display is connected
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"switchyard"_s);
    QApplication::setApplicationDisplayName(u"Switchyard"_s);
    QApplication::setApplicationVersion(QStringLiteral(SWITCHYARD_VERSION));
    QApplication::setDesktopFileName(u"switchyard"_s);
    QApplication::setQuitOnLastWindowClosed(false); // it may live on in the tray; the window decides
    const auto paths = Paths::fromEnvironment();
    installTranslations(application, ui::Settings::load(paths.settings()).language);

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "The window of Switchyard, the control room for background coding tasks."));
    const QCommandLineOption demo(u"demo"_s,
                                  QCoreApplication::translate("main", "Play the demo as soon as the engine is there."));
    const QCommandLineOption task(u"task"_s, QCoreApplication::translate("main", "Show this task first."),
                                  QCoreApplication::translate("main", "id"));
    const QCommandLineOption help({u"h"_s, u"help"_s}, QCoreApplication::translate("main", "Show this help."));
    const QCommandLineOption version({u"v"_s, u"version"_s}, QCoreApplication::translate("main", "Show the version."));
    parser.addOptions({demo, task, help, version});
    if (!parser.parse(QApplication::arguments())) {
        std::fprintf(stderr, "switchyard: %s\n", qUtf8Printable(parser.errorText()));
        return 2;
    }
    if (parser.isSet(help)) {
        std::fputs(qUtf8Printable(parser.helpText()), stdout);
        return 0;
    }
    if (parser.isSet(version)) {
        std::printf("switchyard %s\n", SWITCHYARD_VERSION);
        return 0;
    }

    if (const auto ready = paths.ensure(); !ready) {
        std::fprintf(stderr, "switchyard: %s\n", qUtf8Printable(describe(ready.error())));
        return 1;
    }
    if (const auto logging = startLogging(paths.state + u"/window.log"_s); !logging)
        qWarning("%s", qUtf8Printable(describe(logging.error())));

    client::EngineClient client(paths, {.startEngine = true, .engineProgram = {}, .name = u"switchyard"_s});
    client::TaskFeed feed(client);
    client.keepConnected(); // the engine answers while the window is built
    ui::Theme theme(application);
    ui::QuietCursor cursor(&application);
    ui::MainWindow window(client, feed, theme, paths);
    if (qEnvironmentVariableIsSet("SWITCHYARD_PRINT_FIRST_PAINT")) {
        QObject::connect(&window, &ui::MainWindow::firstPainted, &window, [] {
            std::printf("first paint after %lld ms\n", static_cast<long long>(sinceStart().count()));
            std::fflush(stdout);
        });
    }
    if (parser.isSet(task)) {
        const auto id = TaskId::parse(parser.value(task));
        if (!id) {
            std::fprintf(stderr, "switchyard: %s\n", qUtf8Printable(describe(id.error())));
            return 2;
        }
        QObject::connect(
            &feed, &client::TaskFeed::reset, &window, [&window, id = *id] { window.openTask(id); },
            Qt::QueuedConnection);
    }
    if (parser.isSet(demo))
        window.startDemoWhenReady();
    window.showWhenReady();
    return runEventLoop();
}
