#include "gate/analysis.h"

//! Programs whose command lines no table describes.
namespace switchyard::gate {

namespace {
const QRegularExpression cloneSuffix(uR"(\.git$)"_s);

bool runsInSubscript(QStringView text)
{
    const auto bracket = text.indexOf(u'[');
    return bracket >= 0 && (text.indexOf(u"$(", bracket) >= 0 || text.indexOf(u'`', bracket) >= 0);
}
} // namespace

void Analysis::handleShell(const Invocation& invocation, int depth)
{
    const auto& argv = invocation.argv;
    const auto label = baseName(argv.first().text) + u" -c"_s;
    bool command = false, fromInput = false, readsOnly = false;
    qsizetype i = 1;
    for (; i < argv.size(); ++i) {
        const auto& text = argv[i].text;
        if (text == u"--") {
            ++i;
            break;
        }
        if (text.startsWith(u"--")) {
            if (text == u"--rcfile" || text == u"--init-file") {
                report(u"env-hijack"_s, u"starts a shell with a file that it runs first"_s, u"shell.rcfile"_s,
                       argv[i].span);
                ++i;
            }
            readsOnly = readsOnly || text == u"--version" || text == u"--help" || text == u"--no-execute";
            continue;
        }
        if ((!text.startsWith(u'-') && !text.startsWith(u'+')) || text == u"-")
            break;
        if (text.startsWith(u'-')) {
            command = command || text.contains(u'c');
            fromInput = fromInput || text.contains(u's');
            readsOnly = readsOnly || text == u"-n";
        }
        if (text.endsWith(u'o') || text.endsWith(u'O'))
            ++i;
    }
    if (readsOnly && !command)
        return;
    if (command) {
        if (i >= argv.size())
            return report(u"obfuscation"_s, u"runs a script that is only known when it runs"_s, u"script.missing"_s,
                          invocation.span);
        // find and xargs put what they found there: as a command it can be anything.
        static const QRegularExpression placeholder(uR"((^|[;&|(]|\b(eval|exec|then|do|else))\s*\{\})"_s);
        if (placeholder.match(argv[i].text).hasMatch())
            return report(u"obfuscation"_s, u"runs what it finds as a command"_s, u"script.placeholder"_s,
                          argv[i].span);
        return script(argv[i], invocation, depth, label);
    }
    if (fromInput || i >= argv.size())
        return inputAsCode(u"sh"_s, invocation, depth);
    const auto& file = argv[i];
    if (runsDescriptor(file, invocation, depth, u"sh"_s))
        return;
    if (file.unknown()) {
        const auto values = m_frame.parsed.variables.value(file.onlyVariable);
        const bool readable = !file.onlyVariable.isEmpty() && !values.isEmpty() && !m_frame.parsed.blursAll &&
                              !m_frame.parsed.blurred.contains(file.onlyVariable) &&
                              std::ranges::none_of(values, [](const Word& value) { return value.unknown(); });
        if (!readable)
            return report(u"obfuscation"_s, u"runs a script that is only known when it runs"_s,
                          u"script.dynamic-file"_s, file.span);
        return;
    }
    runsFile(file, invocation, depth, u"sh"_s);
}

void Analysis::handleEval(const Invocation& invocation, int depth)
{
    Word whole;
    QStringList texts;
    for (const auto& word : invocation.argv.sliced(1))
        if (word.text != u"--")
            texts << word.text;
    whole.text = texts.join(u' ');
    whole.span = invocation.span;
    if (!whole.text.isEmpty())
        script(whole, invocation, depth, u"eval"_s);
}

void Analysis::handleTrap(const Invocation& invocation, int depth)
{
    for (const auto& word : invocation.argv.sliced(1)) {
        if (word.text == u"--" || word.text == u"-p" || word.text == u"-l")
            continue;
        if (word.text != u"-" && !word.text.isEmpty())
            script(word, invocation, depth, u"trap"_s);
        return;
    }
}

void Analysis::handleAlias(const Invocation& invocation, int depth)
{
    for (const auto& word : invocation.argv.sliced(1)) {
        const auto equals = word.text.indexOf(u'=');
        if (equals <= 0)
            continue;
        auto value = word;
        value.text = word.text.sliced(equals + 1);
        script(value, invocation, depth, u"alias"_s);
    }
}

void Analysis::handleSource(const Invocation& invocation, int depth)
{
    for (const auto& word : invocation.argv.sliced(1)) {
        if (word.text == u"--")
            continue;
        if (runsDescriptor(word, invocation, depth, u"sh"_s))
            return;
        if (word.unknown() && (!word.text.contains(u'/') || word.text == hole))
            return report(u"obfuscation"_s, u"runs a script that is only known when it runs"_s,
                          u"script.dynamic-file"_s, word.span);
        return runsFile(word, invocation, depth, u"sh"_s);
    }
}

void Analysis::handleFind(const Invocation& invocation, int depth)
{
    const auto& argv = invocation.argv;
    static const QStringList runs{u"-exec"_s, u"-execdir"_s, u"-ok"_s, u"-okdir"_s};
    static const QStringList writesTo{u"-fprint"_s, u"-fprintf"_s, u"-fls"_s, u"-fprint0"_s};
    for (qsizetype i = 1; i < argv.size(); ++i) {
        const auto& text = argv[i].text;
        if (text == u"-delete") {
            report(u"fs-delete"_s, u"deletes every file it finds"_s, u"find.delete"_s, argv[i].span);
        } else if (writesTo.contains(text) && i + 1 < argv.size()) {
            written(argv[i + 1], invocation, u"writes"_s);
        } else if (runs.contains(text)) {
            QList<Word> words;
            while (++i < argv.size() && argv[i].text != u";" &&
                   !(argv[i].text == u"+" && !words.isEmpty() && words.last().text == u"{}"))
                words << argv[i];
            inner(words, invocation, depth); // find leaves its input to what it runs
        }
    }
}

// GNU parallel: `cmd ::: args`, or whole commands from the input.
void Analysis::handleParallel(const Invocation& invocation, int depth)
{
    static const QStringList valueFlags{
        u"-j"_s,          u"--jobs"_s,    u"-n"_s,          u"-N"_s,      u"-I"_s,          u"--colsep"_s,
        u"-C"_s,          u"-a"_s,        u"--arg-file"_s,  u"--delay"_s, u"--timeout"_s,   u"--joblog"_s,
        u"--results"_s,   u"--workdir"_s, u"--wd"_s,        u"-S"_s,      u"--sshlogin"_s,  u"--retries"_s,
        u"--load"_s,      u"--memfree"_s, u"--tagstring"_s, u"-P"_s,      u"--max-procs"_s, u"-d"_s,
        u"--delimiter"_s, u"-L"_s,        u"-s"_s,          u"--halt"_s,  u"--env"_s,       u"--block"_s,
        u"--recstart"_s,  u"--recend"_s,  u"-X"_s};
    QList<Word> words, fromHere;
    bool sources = false;
    std::optional<Word> file; // whose lines are the commands, if no other is given
    for (qsizetype i = 1; i < invocation.argv.size(); ++i) {
        const auto& word = invocation.argv[i];
        if (word.text.startsWith(u":::")) {
            sources = true;
            continue;
        }
        if (!sources && words.isEmpty() && word.text.startsWith(u'-')) {
            const bool fromFile = word.text == u"-a" || word.text.startsWith(u"--arg-file");
            if (fromFile && !word.text.contains(u'=') && i + 1 < invocation.argv.size())
                file = invocation.argv[i + 1];
            i += valueFlags.contains(word.text) && word.text != u"-X" ? 1 : 0;
            continue;
        }
        (sources ? fromHere : words) << word;
    }
    if (!words.isEmpty())
        return joined(words, invocation, depth, u"parallel"_s);
    for (const auto& word : std::as_const(fromHere))
        script(word, invocation, depth, u"parallel"_s);
    if (file)
        runsFile(*file, invocation, depth, u"sh"_s);
    else if (!sources)
        inputAsCode(u"sh"_s, invocation, depth);
}

// test -v, printf -v, read, unset, let…: bash evaluates indexes in their words.
void Analysis::handleSubscripts(const Invocation& invocation, int)
{
    for (const auto& word : invocation.argv.sliced(1))
        if (runsInSubscript(word.text))
            return report(u"obfuscation"_s, u"holds an index that runs a command"_s, u"guard.subscript"_s, word.span,
                          true);
}

void Analysis::handleGit(const Invocation& invocation, int depth)
{
    const auto& table = m_rules->table(u"git"_s);
    const auto arguments = Arguments::read(invocation.argv, table);
    const auto pairOf = [](const Word& word) {
        auto value = word;
        const auto equals = word.text.indexOf(u'=');
        value.text = equals < 0 ? QString() : word.text.sliced(equals + 1);
        return std::pair(word.text.section(u'=', 0, 0), value);
    };
    const auto subIndex = arguments.positionalIndexes().value(0, invocation.argv.size());
    for (const auto& flag : arguments.flags()) {
        if (flag.index < subIndex && (flag.name == u"-c" || flag.name == u"--config-env") && flag.value) {
            const auto [key, value] = pairOf(*flag.value);
            gitSetting(key, value, flag.value->span);
        }
        if ((flag.name == u"--output" || flag.name == u"-o") && flag.value)
            written(*flag.value, invocation, u"writes"_s);
    }
    if (arguments.positionals().isEmpty())
        return;
    const auto& sub = arguments.positionals().first();
    if (sub.dynamic || !table.subCommands.contains(sub.text))
        return report(u"git-discard"_s, u"runs a git command that is not known here (an alias may do anything)"_s,
                      u"git.unknown"_s, sub.span);
    const auto rest = arguments.positionals().sliced(1);
    if (sub.text == u"clone" && !rest.isEmpty()) {
        auto folder = rest.last();
        if (rest.size() == 1)
            folder.text = folder.text.section(u'/', -1, -1, QString::SectionSkipEmpty).remove(cloneSuffix);
        m_cloned << normalisePath(folder, invocation.folder, m_context);
    }
    if (sub.text == u"clone")
        for (const auto& word : arguments.values({u"-c"_s, u"--config"_s}))
            gitSetting(pairOf(word).first, pairOf(word).second, word.span);
    if (sub.text == u"config") {
        const bool reads = std::ranges::any_of(
            QStringList{u"--get"_s, u"--get-all"_s, u"--get-regexp"_s, u"--list"_s, u"-l"_s, u"--show-origin"_s},
            [&arguments](const QString& f) { return arguments.find(f, false); });
        auto words = rest;
        if (!words.isEmpty() &&
            (words.first().text == u"set" || words.first().text == u"get" || words.first().text == u"list"))
            if (words.takeFirst().text != u"set")
                return;
        if (!reads && words.size() >= 2)
            gitSetting(words[0].text, words[1], words[1].span);
        if (arguments.find(u"--edit"_s, true) || arguments.find(u"-e"_s, false))
            report(u"env-hijack"_s, u"edits git's settings"_s, u"git.config-edit"_s, invocation.span);
    }
    if (sub.text == u"bisect" && rest.size() >= 2 && rest.first().text == u"run")
        inner(invocation.argv.sliced(arguments.positionalIndexes()[1] + 1), invocation, depth);
    if (sub.text == u"submodule" && rest.size() >= 2 && rest.first().text == u"foreach") {
        auto words = invocation.argv.sliced(arguments.positionalIndexes()[1] + 1);
        while (!words.isEmpty() && words.first().text.startsWith(u'-'))
            words.removeFirst();
        joined(words, invocation, depth, u"git submodule foreach"_s);
    }
    if (sub.text == u"rebase")
        for (const auto& word : arguments.values({u"-x"_s, u"--exec"_s}))
            script(word, invocation, depth, u"git rebase -x"_s);
    if (sub.text == u"difftool" || sub.text == u"mergetool")
        for (const auto& word : arguments.values({u"-x"_s, u"--extcmd"_s}))
            script(word, invocation, depth, u"git difftool -x"_s);
    if (sub.text == u"filter-branch")
        report(u"git-discard"_s, u"rewrites the history"_s, u"git.filter-branch"_s, invocation.span);
}

} // namespace switchyard::gate
