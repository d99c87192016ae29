#include "gate/task_files.h"

#include "base/result.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace switchyard::gate {

namespace {
QStringList wordsOf(const QString& text)
{
    return text.simplified().split(u' ', Qt::SkipEmptyParts);
}

using Values = QHash<QString, QString>;

// What the file itself sets, and what make sets without it.
Values makeValues(const QString& text)
{
    static const QRegularExpression assignment(
        uR"(^[ ]*(?:(?:export|override|private)[ ]+)*([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*(?:[?:+!]|::|:::)?=[ \t]*([^\n]*)$)"_s,
        QRegularExpression::MultilineOption);
    Values out{{u"RM"_s, u"rm -f"_s}, {u"MAKE"_s, u"make"_s}};
    for (const auto& match : assignment.globalMatch(text))
        out.insert(match.captured(1), match.captured(2).section(u" #"_s, 0, 0).trimmed());
    return out;
}

// $(VAR) as far as the file says it; $@ and the like are make's: harmless stand-ins for the shell.
QString withValues(const QString& line, const Values& values, int depth = 0)
{
    static const QRegularExpression use(uR"(\$\$|\$[({]([^)}\n]*)[)}]|\$([@<^*?+|%]))"_s);
    constexpr int deepest = 4;
    constexpr qsizetype longest = 20000;
    QString out;
    qsizetype from = 0;
    for (const auto& match : use.globalMatch(line)) {
        out += QStringView(line).sliced(from, match.capturedStart() - from);
        from = match.capturedEnd();
        const auto name = match.captured(1).trimmed();
        if (match.captured() == u"$$")
            out += depth == 0 ? u"$"_s : u"$$"_s;
        else if (name.startsWith(u"shell "))
            out += u"$(%1)"_s.arg(name.sliced(6));
        else if (const auto value = values.constFind(name); value != values.cend() && depth < deepest)
            out += withValues(*value, values, depth + 1);
        else
            out += u"MAKE_VALUE"_s;
        if (out.size() > longest)
            return out;
    }
    return out += QStringView(line).sliced(from);
}

QString makeLine(const QString& line, const Values& values)
{
    static const QRegularExpression marks(uR"(^\s*[@+-]+)"_s);
    return withValues(QString(line).remove(marks), values).remove(marks) + u'\n';
}

qsizetype colonOf(const QString& line)
{
    for (auto at = line.indexOf(u':'); at >= 0; at = line.indexOf(u':', at + 1)) {
        const auto after = line.sliced(at + 1);
        if (after.startsWith(u':') && !after.startsWith(u":="))
            return at;
        return after.startsWith(u'=') || after.startsWith(u":=") || line.first(at).contains(u'=') ? -1 : at;
    }
    return -1;
}
} // namespace

TaskFile readMakefile(const QString& text)
{
    TaskFile out;
    QStringList current;
    auto joined = text;
    joined.replace(u"\\\n"_s, u" "_s);
    const auto values = makeValues(joined);
    for (const auto& line : joined.split(u'\n')) {
        if (line.startsWith(u'\t')) {
            for (const auto& name : std::as_const(current))
                out.tasks[name].script += makeLine(line.sliced(1), values);
            continue;
        }
        if (line.trimmed().isEmpty() || line.startsWith(u'#'))
            continue;
        current.clear();
        const auto colon = colonOf(line);
        if (colon < 0)
            continue;
        current = wordsOf(line.first(colon));
        auto rest = line.sliced(colon + 1);
        while (rest.startsWith(u':'))
            rest.removeFirst();
        const auto semicolon = rest.indexOf(u';');
        for (const auto& name : std::as_const(current)) {
            auto& task = out.tasks[name];
            task.needs << wordsOf(rest.first(semicolon < 0 ? rest.size() : semicolon).section(u'#', 0, 0));
            if (semicolon >= 0)
                task.script += makeLine(rest.sliced(semicolon + 1), values);
            if (out.first.isEmpty() && !name.startsWith(u'.') && !name.contains(u'%') && !name.contains(u'$'))
                out.first = name;
        }
    }
    return out;
}

QStringList makefileIncludes(const QString& text)
{
    static const QRegularExpression include(uR"(^[ ]*[-s]?include[ ]+([^$\n#]+)$)"_s,
                                            QRegularExpression::MultilineOption);
    QStringList out;
    for (const auto& match : include.globalMatch(text))
        out << wordsOf(match.captured(1));
    return out;
}

TaskFile readJustfile(const QString& text)
{
    static const QRegularExpression header(uR"(^@?([A-Za-z_][A-Za-z0-9_-]*)([^:=]*):(?!=)(.*)$)"_s);
    static const QRegularExpression alias(uR"(^alias\s+([A-Za-z0-9_-]+)\s*:=\s*([A-Za-z0-9_:-]+))"_s);
    static const QRegularExpression value(uR"(\{\{.*?\}\})"_s), marks(uR"(^\s*[@-]+)"_s),
        name(uR"([A-Za-z_][A-Za-z0-9_-]*)"_s);
    TaskFile out;
    QString current;
    auto joined = text;
    for (const auto& line : joined.replace(u"\\\n"_s, u" "_s).split(u'\n')) {
        if (line.startsWith(u' ') || line.startsWith(u'\t')) {
            auto body = line.trimmed();
            if (!current.isEmpty() && !body.startsWith(u"#!"))
                out.tasks[current].script += body.replace(value, u"JUST_VALUE"_s).remove(marks) + u'\n';
            continue;
        }
        if (line.trimmed().isEmpty() || line.startsWith(u'#') || line.startsWith(u'['))
            continue;
        current.clear();
        if (const auto match = alias.match(line); match.hasMatch()) {
            out.tasks[match.captured(1)].needs << match.captured(2);
            continue;
        }
        if (const auto match = header.match(line); match.hasMatch()) {
            current = match.captured(1);
            // Words in brackets are a task with its arguments: more names than there are do no harm.
            auto& task = out.tasks[current];
            for (const auto& need : name.globalMatch(match.captured(3).section(u'#', 0, 0)))
                task.needs << need.captured();
            if (out.first.isEmpty())
                out.first = current;
        }
    }
    return out;
}

TaskFile readJsonTasks(const QString& text, const QString& key)
{
    TaskFile out;
    const auto tasks = QJsonDocument::fromJson(text.toUtf8()).object().value(key).toObject();
    for (auto task = tasks.begin(); task != tasks.end(); ++task) {
        const auto lines = task->isArray() ? task->toArray() : QJsonArray{*task};
        for (const auto& line : lines) {
            const auto command = line.isObject() ? line.toObject().value(u"command"_s).toString() : line.toString();
            if (command.startsWith(u'@') && !command.startsWith(u"@php ")) // another of composer's own
                out.tasks[task.key()].needs << command.sliced(1);
            else
                out.tasks[task.key()].script += command + u'\n';
        }
    }
    return out;
}

} // namespace switchyard::gate
