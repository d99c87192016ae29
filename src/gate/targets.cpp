#include "gate/analysis.h"
#include "gate/task_files.h"

//! make, just, npm run and their kin: what a name runs stands in the task's own files.
namespace switchyard::gate {

namespace {
constexpr int mostTasks = 40; // of one command, those that its tasks need included

const QStringList packageManagers{u"npm"_s, u"pnpm"_s, u"yarn"_s, u"bun"_s};

//! The names among the words of a package manager, with what it runs around each.
QStringList scriptNames(QStringList words)
{
    static const QStringList runs{u"run"_s, u"run-script"_s, u"rum"_s, u"task"_s};
    static const QHash<QString, QStringList> lifecycle{
        {u"i"_s, {u"install"_s, u"prepare"_s}},
        {u"ci"_s, {u"install"_s, u"prepare"_s}},
        {u"install"_s, {u"install"_s, u"prepare"_s}},
        {u"add"_s, {u"install"_s}},
        {u"t"_s, {u"test"_s}},
        {u"tst"_s, {u"test"_s}},
        {u"restart"_s, {u"stop"_s, u"restart"_s, u"start"_s}},
        {u"publish"_s, {u"prepublishOnly"_s, u"prepare"_s, u"publish"_s}},
        {u"pack"_s, {u"prepack"_s, u"prepare"_s}}};
    if (!words.isEmpty() && runs.contains(words.first()))
        words.removeFirst();
    if (words.isEmpty())
        return {};
    QStringList out;
    for (const auto& name : lifecycle.value(words.first(), {words.first()}))
        out << u"pre"_s + name << name << u"post"_s + name;
    return out;
}
} // namespace

void Analysis::handleTargets(const Invocation& invocation, int depth)
{
    const auto program = baseName(invocation.argv.first().text);
    const auto arguments = Arguments::read(invocation.argv, m_rules->table(program));
    static const QStringList quiet{u"-n"_s,     u"--dry-run"_s, u"--just-print"_s, u"--recon"_s,  u"--list"_s,
                                   u"--show"_s, u"--summary"_s, u"--help"_s,       u"--version"_s};
    const bool packages = packageManagers.contains(program);
    if (!packages && std::ranges::any_of(quiet, [&](const QString& flag) { return arguments.lowers(flag); }))
        return;
    auto place = invocation; // where its files are
    static const QStringList moves{u"-C"_s, u"--directory"_s,         u"--prefix"_s,     u"--cwd"_s, u"--dir"_s,
                                   u"-d"_s, u"--working-directory"_s, u"--working-dir"_s};
    for (const auto& folder : arguments.values(moves))
        if (!folder.unknown())
            place.folder = folder.text.startsWith(u'/') || place.folder.isEmpty() ? folder.text
                                                                                  : place.folder + u'/' + folder.text;
    const auto file = [&](const QString& name) {
        Word word;
        word.text = name;
        return readInWorktree(word, place).value_or(QString());
    };
    QStringList names;
    for (const auto& word : arguments.positionals())
        if (!word.text.contains(u'=') && !word.unknown())
            names << word.text;
    TaskFile tasks;
    if (program == u"make" || program == u"gmake") {
        QString text;
        auto files = QStringList{u"GNUmakefile"_s, u"makefile"_s, u"Makefile"_s};
        if (const auto own = arguments.values({u"-f"_s, u"--file"_s, u"--makefile"_s}); !own.isEmpty()) {
            files.clear();
            for (const auto& word : own)
                files << word.text;
        }
        for (const auto& name : std::as_const(files)) {
            const auto one = file(name);
            text += one + u'\n';
            for (const auto& included : makefileIncludes(one))
                text += file(included) + u'\n';
        }
        tasks = readMakefile(text);
    } else if (program == u"just") {
        auto text = file(u"justfile"_s) + file(u"Justfile"_s) + file(u".justfile"_s);
        for (const auto& own : arguments.values({u"-f"_s, u"--justfile"_s}))
            text = file(own.text);
        tasks = readJustfile(text);
    } else if (program == u"composer") {
        tasks = readJsonTasks(file(u"composer.json"_s), u"scripts"_s);
        if (!names.isEmpty() && (names.first() == u"run" || names.first() == u"run-script"))
            names.removeFirst();
        for (const auto& word : {u"install"_s, u"update"_s})
            if (names.value(0) == word)
                names << u"pre-%1-cmd"_s.arg(word) << u"post-%1-cmd"_s.arg(word) << u"post-autoload-dump"_s;
    } else if (program == u"deno") {
        tasks = readJsonTasks(file(u"deno.json"_s), u"tasks"_s);
        if (names.value(0) != u"task")
            return;
        names.removeFirst();
    } else {
        tasks = readJsonTasks(file(u"package.json"_s), u"scripts"_s);
        names = scriptNames(names);
    }
    if (names.isEmpty() && !packages && !tasks.first.isEmpty())
        names << tasks.first;
    for (int i = 0; i < std::min<qsizetype>(names.size(), mostTasks); ++i) {
        const auto task = tasks.tasks.constFind(names[i]);
        if (task == tasks.tasks.cend())
            continue;
        for (const auto& need : task->needs)
            if (!names.contains(need))
                names << need;
        const QString key = program + u':' + names[i] + u':' + place.folder;
        if (task->script.trimmed().isEmpty() || m_looked.contains(key))
            continue;
        m_looked << key;
        addScript(
            {task->script, outward(invocation.span), {place.folder, {}}, depth + 1, m_frame.node, key, false, true});
    }
    if (names.size() > mostTasks)
        report(u"unreadable"_s, u"runs more tasks of the project than were looked into"_s, u"target.many"_s,
               invocation.span);
}

} // namespace switchyard::gate
