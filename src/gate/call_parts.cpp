#include "gate/call_parts.h"

#include <QDir>
#include <QJsonArray>

namespace switchyard::gate {

QString operatorAt(const QJsonObject& node, const SourceMap& source)
{
    static const QStringList known{u"&>>"_s, u"<<<"_s, u"<<-"_s, u"<<"_s, u"<&"_s, u"<>"_s, u"<"_s,  u">>"_s,
                                   u">&"_s,  u">|"_s,  u"&>"_s,  u">"_s,  u"&&"_s, u"||"_s, u"|&"_s, u"|"_s};
    const auto at = source.position(object(node, "OpPos"_L1).value("Offset"_L1).toInteger());
    const auto rest = QStringView(source.text()).sliced(at);
    for (const auto& op : known)
        if (rest.startsWith(op))
            return op;
    return {};
}

namespace {
//! What printf and `echo -e` make of a text, as far as it is plain: other escapes end it.
bool undoEscapes(QString& text)
{
    static const QHash<QChar, QChar> plain{{u'n', u'\n'},  {u'r', u'\r'}, {u't', u'\t'},
                                           {u'\\', u'\\'}, {u'"', u'"'},  {u'\'', u'\''}};
    QString out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != u'\\') {
            out += text[i];
            continue;
        }
        const auto known = ++i < text.size() ? plain.constFind(text[i]) : plain.cend();
        if (known == plain.cend())
            return false;
        out += *known;
    }
    text = out;
    return true;
}

//! What `printf FORMAT WORD…` prints, if that can be said.
std::optional<Word> printed(QList<Word> words)
{
    if (words.isEmpty() || words.first().dynamic || words.first().text.startsWith(u'-'))
        return {};
    auto format = words.takeFirst();
    const bool ofText = format.text.count(u'%') == 1 && format.text.contains(u"%s");
    if ((format.text.contains(u'%') && !ofText) || (!ofText && !words.isEmpty()) || !undoEscapes(format.text))
        return {};
    if (!ofText)
        return format;
    Word all;
    for (const auto& word : std::as_const(words)) {
        if (word.glob || word.splits)
            return {};
        all.text += QString(format.text).replace(u"%s"_s, word.text);
        all.dynamic = all.dynamic || word.dynamic;
    }
    return all;
}
} // namespace

Input pipedFrom(const QJsonObject& statement, const SourceMap& source)
{
    const Input unknown{Input::Kind::Pipe, {}};
    const auto cmd = object(statement, "Cmd"_L1);
    const auto redirs = statement.value("Redirs"_L1).toArray();
    if (cmd.value("Type"_L1).toString() != u"CallExpr" || cmd.value("Assigns"_L1).toArray().size())
        return unknown;
    QList<Word> words;
    for (const auto& argument : cmd.value("Args"_L1).toArray())
        words << readWord(argument.toObject(), source);
    if (words.isEmpty())
        return unknown;
    const auto name = words.takeFirst().text;
    if (name == u"cat" && words.isEmpty() && redirs.size() == 1) {
        const auto redirection = redirs.first().toObject();
        if (redirection.contains("Hdoc"_L1))
            return {Input::Kind::Literal, readPlainWord(object(redirection, "Hdoc"_L1), source, true)};
        if (operatorAt(redirection, source) == u"<<<")
            return {Input::Kind::Literal, readPlainWord(object(redirection, "Word"_L1), source)};
        return unknown;
    }
    if ((name != u"echo" && name != u"printf") || !redirs.isEmpty())
        return unknown;
    if (name == u"printf") {
        auto text = printed(words);
        if (!text)
            return unknown;
        text->span = source.span(cmd);
        return {Input::Kind::Literal, *text};
    }
    bool escapes = false;
    while (!words.isEmpty() && (words.first().text == u"-n" || words.first().text == u"-e"))
        escapes = words.takeFirst().text == u"-e" || escapes;
    Word joined;
    for (auto& word : words) {
        if (word.text.startsWith(u'-') || word.glob || (escapes ? !undoEscapes(word.text) : word.text.contains(u'\\')))
            return unknown;
        joined.text += (joined.text.isEmpty() ? QString() : u" "_s) + word.text;
        joined.dynamic = joined.dynamic || word.dynamic;
    }
    joined.span = source.span(cmd);
    return {Input::Kind::Literal, joined};
}

void noteVariables(const Invocation& invocation, Script& script)
{
    if (invocation.argv.isEmpty())
        return;
    const auto name = invocation.argv.first().text;
    static const QStringList setting{u"read"_s,   u"mapfile"_s, u"readarray"_s, u"getopts"_s,
                                     u"printf"_s, u"let"_s,     u"unset"_s,     u"wait"_s};
    static const QStringList anything{u"eval"_s, u"source"_s, u"."_s, u"builtin"_s, u"command"_s, u"trap"_s};
    if (setting.contains(name))
        for (const auto& word : invocation.argv.sliced(1)) {
            script.blurred << word.text.section(u'=', 0, 0);
            script.blursAll = script.blursAll || word.unknown();
        }
    if (name == u"read" || name == u"mapfile" || name == u"readarray")
        script.blurred << u"REPLY"_s << u"MAPFILE"_s;
    script.blursAll = script.blursAll || anything.contains(name);
}

namespace {
//! "a/b" from "a" after `cd b`; `hole` when unknown.
QString changeFolder(const QString& folder, const Word& target)
{
    auto text = target.text;
    if (text == u"-" || target.glob)
        return hole;
    if (target.variables.size() == 1 && target.variables.first() == u"HOME" && text.startsWith(hole))
        text = u'~' + text.sliced(1);
    if (text.startsWith(u'/') || text.startsWith(u'~') || text.startsWith(hole))
        return text.contains(hole) ? (text.startsWith(hole) ? QString(hole) : text) : QDir::cleanPath(text);
    return folder.isEmpty() ? QDir::cleanPath(text) : QDir::cleanPath(folder + u'/' + text);
}
} // namespace

QString folderAfter(const Invocation& invocation, const QString& folder)
{
    if (invocation.argv.isEmpty())
        return folder;
    const auto name = invocation.argv.first().text;
    if (name == u"popd")
        return hole;
    if (name != u"cd" && name != u"pushd")
        return folder;
    Word target;
    target.text = u"~"_s;
    for (const auto& word : invocation.argv.sliced(1))
        if (!word.text.startsWith(u'-') || word.text == u"-")
            target = word;
    return changeFolder(folder, target);
}

} // namespace switchyard::gate
