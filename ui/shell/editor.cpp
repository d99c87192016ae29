#include "ui/shell/editor.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Editor)
};

struct Known {
    QLatin1StringView program;
    QLatin1StringView arguments;
};

// In this order; what edits in a terminal is not among them.
constexpr Known editors[] = {
    {"code"_L1, "--goto %f:%l"_L1},
    {"codium"_L1, "--goto %f:%l"_L1},
    {"zed"_L1, "%f:%l"_L1},
    {"subl"_L1, "%f:%l"_L1},
    {"idea"_L1, "--line %l %f"_L1},
    {"clion"_L1, "--line %l %f"_L1},
    {"pycharm"_L1, "--line %l %f"_L1},
    {"qtcreator"_L1, "-client %f:%l"_L1},
    {"kate"_L1, "--line %l %f"_L1},
    {"kwrite"_L1, "--line %l %f"_L1},
    {"gnome-text-editor"_L1, "+%l %f"_L1},
    {"gedit"_L1, "+%l %f"_L1},
    {"xed"_L1, "+%l %f"_L1},
    {"pluma"_L1, "+%l %f"_L1},
    {"mousepad"_L1, "--line=%l %f"_L1},
    {"geany"_L1, "--line %l %f"_L1},
    {"gvim"_L1, "+%l %f"_L1},
    {"emacs"_L1, "+%l %f"_L1},
};

QString argumentsOf(const QString& program)
{
    const auto name = QFileInfo(program).fileName();
    for (const auto& [known, arguments] : editors) {
        if (name == known)
            return arguments;
    }
    return {};
}

//! Words first, then the file: a name with blanks or percent signs stays one word.
QStringList filledIn(const QStringList& words, const QString& file, int line)
{
    QStringList command;
    bool named = false;
    for (const auto& word : words) {
        QString filled;
        for (qsizetype at = 0; at < word.size(); ++at) {
            const auto next = word[at] == u'%' && at + 1 < word.size() ? word[at + 1] : QChar();
            if (next == u'f')
                filled += file;
            else if (next == u'l')
                filled += QString::number(std::max(line, 1));
            else if (next == u'%')
                filled += u'%';
            else {
                filled += word[at];
                continue;
            }
            named = named || next == u'f';
            ++at;
        }
        command << filled;
    }
    if (!named)
        command << file;
    return command;
}

} // namespace

QString findProgram(const QString& name)
{
    return QStandardPaths::findExecutable(name);
}

Result<QStringList> editorCommand(const QString& chosen, const QString& file, int line, const ProgramFinder& find)
{
    if (!chosen.trimmed().isEmpty()) {
        auto words = QProcess::splitCommand(chosen);
        if (words.isEmpty() || find(words.first()).isEmpty())
            return fail(ErrorCode::Invalid,
                        Words::tr("There is no program “%1”.").arg(words.isEmpty() ? chosen : words.first()),
                        Words::tr("The editor can be chosen in the settings."));
        if (words.size() == 1) // the name alone will do
            words << QProcess::splitCommand(argumentsOf(words.first()));
        return filledIn(words, file, line);
    }
    QStringList names;
    for (const auto* const variable : {"VISUAL", "EDITOR"}) {
        const auto words = QProcess::splitCommand(qEnvironmentVariable(variable));
        if (!words.isEmpty() && !argumentsOf(words.first()).isEmpty())
            names << words.first();
    }
    for (const auto& [program, arguments] : editors)
        names << program;
    for (const auto& name : std::as_const(names)) {
        if (!find(name).isEmpty())
            return filledIn(QStringList(name) + QProcess::splitCommand(argumentsOf(name)), file, line);
    }
    return fail(ErrorCode::NotFound, Words::tr("No editor was found to show %1.").arg(file),
                Words::tr("Choose one in the settings, such as “kate --line %l %f”."));
}

Result<> openInEditor(const QString& chosen, const QString& file, int line)
{
    const QFileInfo info(file);
    if (!info.isFile())
        return fail(ErrorCode::NotFound, Words::tr("There is no file %1.").arg(file));
    SY_TRY_ASSIGN(auto command, editorCommand(chosen, info.absoluteFilePath(), line));
    const auto program = command.takeFirst();
    if (!QProcess::startDetached(program, command, info.absolutePath()))
        return fail(ErrorCode::Io, Words::tr("“%1” could not be started.").arg(program));
    return {};
}

} // namespace switchyard::ui
