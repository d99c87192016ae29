#include "gate/walker.h"

#include <QDir>
#include <QJsonArray>

namespace switchyard::gate {

namespace {
constexpr int deepestTree = 120;

class Walker
{
public:
    Walker(const QString& text, Start start) : m_source(text), m_start(std::move(start)) {}

    Script run(const QJsonObject& tree)
    {
        Start scope = m_start;
        visitList(tree.value("Stmts"_L1).toArray(), scope);
        return std::move(m_out);
    }

private:
    void visitList(const QJsonArray& statements, Start& scope)
    {
        for (const auto& statement : statements)
            statement_(statement.toObject(), scope);
    }
    void statement_(const QJsonObject& node, Start& scope);
    void command(const QJsonObject& node, const QJsonObject& statement, QList<Redirection> redirections, Start& scope);
    void call(const QJsonObject& node, QList<Redirection> redirections, Start& scope);
    void declaration(const QJsonObject& node, QList<Redirection> redirections, Start& scope);
    void pipeline(const QJsonObject& node, Start& scope);
    void forLoop(const QJsonObject& node, Start& scope);
    void function(const QJsonObject& node, Start scope);
    void quotedIndexes(const QJsonValue& value);
    void children(const QJsonValue& value, Start& scope);
    void substitutions(const QJsonValue& value, const Start& scope);
    QList<Redirection> redirections(const QJsonArray& list, const Start& scope);
    QList<Assignment> assignments(const QJsonArray& list, const Start& scope);
    void emitInvocation(Invocation invocation);
    void trackFolder(const Invocation& invocation, Start& scope);
    void noteVariables(const Invocation& invocation);
    void bindVariable(const QString& name, const Word& value) { m_out.variables[name] << value; }
    Input pipedFrom(const QJsonObject& statement) const;
    QString operatorAt(const QJsonObject& node) const;
    void unsure(const QString& why, const QJsonObject& node)
    {
        m_out.findings << Finding{Verdict::Confirm,     u"unreadable"_s,     why,
                                  u"parse.construct"_s, m_source.span(node), true};
    }
    static const QJsonObject object(const QJsonObject& node, QLatin1StringView key)
    {
        return node.value(key).toObject();
    }

    const SourceMap m_source;
    const Start m_start;
    Script m_out;
    QStringList m_inFunctions;
    int m_depth = 0;
    bool m_pipesOut = false;
};

//! Operators by the text they stand for: their numbers differ between versions of the parser.
QString Walker::operatorAt(const QJsonObject& node) const
{
    static const QStringList known{u"&>>"_s, u"<<<"_s, u"<<-"_s, u"<<"_s, u"<&"_s, u"<>"_s, u"<"_s,  u">>"_s,
                                   u">&"_s,  u">|"_s,  u"&>"_s,  u">"_s,  u"&&"_s, u"||"_s, u"|&"_s, u"|"_s};
    const auto at = m_source.position(object(node, "OpPos"_L1).value("Offset"_L1).toInteger());
    const auto rest = QStringView(m_source.text()).sliced(at);
    for (const auto& op : known)
        if (rest.startsWith(op))
            return op;
    return {};
}

void Walker::statement_(const QJsonObject& node, Start& scope)
{
    if (++m_depth > deepestTree) {
        unsure(u"is nested too deeply"_s, node);
    } else {
        auto own = redirections(node.value("Redirs"_L1).toArray(), scope);
        const auto cmd = object(node, "Cmd"_L1);
        auto inner = scope;
        for (const auto& redirection : std::as_const(own)) {
            if (redirection.body)
                inner.input = {Input::Kind::Literal, *redirection.body};
            else if (redirection.op == u"<<<")
                inner.input = {Input::Kind::Literal, redirection.target};
            else if (redirection.op == u"<&" && redirection.target.text != u"0") // whatever was opened as that number
                inner.input = {Input::Kind::Pipe, {}};
            else if (redirection.op == u"<" || redirection.op == u"<>")
                inner.input = {Input::Kind::File, redirection.target};
        }
        if (node.value("Background"_L1).toBool() || node.value("Coprocess"_L1).toBool())
            m_out.straight = false;
        const bool ownShell = !node.value("Background"_L1).toBool() && !node.value("Coprocess"_L1).toBool();
        const auto before = scope.input;
        command(cmd, node, own, inner);
        if (ownShell) {
            scope = inner;
            scope.input = before;
        }
    }
    --m_depth;
}

void Walker::command(const QJsonObject& node, const QJsonObject& statement, QList<Redirection> redirections,
                     Start& scope)
{
    const auto type = node.value("Type"_L1).toString();
    static const QSet<QString> transparent{u"Block"_s,     u"IfClause"_s,   u"WhileClause"_s, u"CaseClause"_s,
                                           u"ArithmCmd"_s, u"TestClause"_s, u"LetClause"_s,   u"TimeClause"_s};
    if (type == u"CallExpr")
        return call(node, std::move(redirections), scope);
    if (type == u"DeclClause")
        return declaration(node, std::move(redirections), scope);
    m_out.straight = m_out.straight && (type == u"BinaryCmd" || node.isEmpty());
    // A compound command's own redirections, and a redirection with no command at all.
    if (!redirections.isEmpty()) {
        Invocation only;
        only.redirections = std::move(redirections);
        only.folder = scope.folder;
        only.span = m_source.span(statement);
        only.pipesOut = !node.isEmpty(); // the output of something
        emitInvocation(only);
    }
    if (node.isEmpty())
        return;
    if (type == u"TestClause" || type == u"LetClause" || type == u"ArithmCmd")
        quotedIndexes(node);
    // A name belongs to a compound command; before anything else bash takes it for the command itself.
    if (type == u"CoprocClause" && node.contains("Name"_L1)) {
        const auto named = object(object(node, "Stmt"_L1), "Cmd"_L1).value("Type"_L1).toString();
        if (named.isEmpty() || named == u"CallExpr" || named == u"DeclClause")
            unsure(u"starts a command in the background that parsers take for a name"_s, node);
    }
    if (type == u"BinaryCmd") {
        pipeline(node, scope);
    } else if (type == u"Subshell" || type == u"CoprocClause") {
        auto inner = scope;
        children(node, inner);
    } else if (type == u"ForClause") {
        forLoop(node, scope);
    } else if (type == u"FuncDecl") {
        function(node, scope);
    } else {
        if (!transparent.contains(type))
            unsure(u"uses a construct of the shell that is not known here (%1)"_s.arg(type), node);
        children(node, scope);
    }
}

void Walker::pipeline(const QJsonObject& node, Start& scope)
{
    const auto op = operatorAt(node);
    const auto left = object(node, "X"_L1), right = object(node, "Y"_L1);
    if (op != u"|" && op != u"|&") {
        if (op.isEmpty())
            unsure(u"uses an operator that is not known here"_s, node);
        statement_(left, scope);
        statement_(right, scope);
        return;
    }
    m_out.straight = false;
    auto leftScope = scope, rightScope = scope;
    const bool outer = std::exchange(m_pipesOut, true);
    statement_(left, leftScope);
    m_pipesOut = outer;
    rightScope.input = pipedFrom(left);
    statement_(right, rightScope);
}

// `echo text |` and `cat <<E |` are literal; everything else is something that only a run would show.
Input Walker::pipedFrom(const QJsonObject& statement) const
{
    const Input unknown{Input::Kind::Pipe, {}};
    const auto cmd = object(statement, "Cmd"_L1);
    const auto redirs = statement.value("Redirs"_L1).toArray();
    if (cmd.value("Type"_L1).toString() != u"CallExpr" || cmd.value("Assigns"_L1).toArray().size())
        return unknown;
    QList<Word> words;
    for (const auto& argument : cmd.value("Args"_L1).toArray())
        words << readWord(argument.toObject(), m_source);
    if (words.isEmpty())
        return unknown;
    const auto name = words.takeFirst().text;
    if (name == u"cat" && words.isEmpty() && redirs.size() == 1) {
        const auto redirection = redirs.first().toObject();
        if (redirection.contains("Hdoc"_L1))
            return {Input::Kind::Literal, readPlainWord(object(redirection, "Hdoc"_L1), m_source, true)};
        if (operatorAt(redirection) == u"<<<")
            return {Input::Kind::Literal, readPlainWord(object(redirection, "Word"_L1), m_source)};
        return unknown;
    }
    if ((name != u"echo" && name != u"printf") || !redirs.isEmpty())
        return unknown;
    if (name == u"echo" && !words.isEmpty() && words.first().text == u"-n")
        words.removeFirst();
    if (name == u"printf" && words.size() > 1)
        return unknown;
    Word joined;
    for (const auto& word : std::as_const(words)) {
        if (word.text.startsWith(u'-') || word.text.contains(u'\\') || word.glob ||
            (name == u"printf" && word.text.contains(u'%')))
            return unknown;
        joined.text += (joined.text.isEmpty() ? QString() : u" "_s) + word.text;
        joined.dynamic = joined.dynamic || word.dynamic;
    }
    joined.span = m_source.span(cmd);
    return {Input::Kind::Literal, joined};
}

void Walker::forLoop(const QJsonObject& node, Start& scope)
{
    const auto loop = object(node, "Loop"_L1);
    const auto name = object(loop, "Name"_L1).value("Value"_L1).toString();
    for (const auto& item : loop.value("Items"_L1).toArray())
        for (const auto& word : readWord(item.toObject(), m_source))
            bindVariable(name, word);
    if (!name.isEmpty() && !loop.contains("Items"_L1))
        m_out.blurred << name; // over "$@"
    children(node, scope);
}

void Walker::function(const QJsonObject& node, Start scope)
{
    const auto name = object(node, "Name"_L1).value("Value"_L1).toString();
    m_out.functions << name;
    m_inFunctions << name;
    statement_(object(node, "Body"_L1), scope);
    m_inFunctions.removeLast();
    // `f | f &` in the body of f.
    const auto body = QStringView(m_source.text()).sliced(m_source.span(node).start, m_source.span(node).length);
    if (body.contains(u'|') && body.mid(body.indexOf(u'{')).count(name) >= 2 && body.contains(u'&'))
        m_out.findings << Finding{
            Verdict::Confirm,     u"process"_s,        u"starts itself again and again (fork bomb)"_s,
            u"shape.fork-bomb"_s, m_source.span(node), true};
}

// `[[ -v 'a[$(rm x)]' ]]`: bash evaluates the index although it is quoted.
void Walker::quotedIndexes(const QJsonValue& value)
{
    if (value.isArray()) {
        for (const auto& item : value.toArray())
            quotedIndexes(item);
        return;
    }
    const auto node = value.toObject();
    const auto text = node.value("Value"_L1).toString();
    if (const auto bracket = text.indexOf(u'[');
        bracket >= 0 && (text.indexOf(u"$(", bracket) >= 0 || text.indexOf(u'`', bracket) >= 0))
        unsure(u"holds an index that runs a command"_s, node);
    for (auto member = node.begin(); member != node.end(); ++member)
        if (member.value().isObject() || member.value().isArray())
            quotedIndexes(member.value());
}

// Every statement and substitution below a node, whatever kinds of node lie between.
void Walker::children(const QJsonValue& value, Start& scope)
{
    if (value.isArray()) {
        for (const auto& item : value.toArray())
            children(item, scope);
        return;
    }
    if (!value.isObject())
        return;
    const auto node = value.toObject();
    const auto type = node.value("Type"_L1).toString();
    if (type == u"CmdSubst" || type == u"ProcSubst")
        return substitutions(value, scope);
    if (type.isEmpty() && (node.contains("Cmd"_L1) || node.contains("Redirs"_L1)))
        return statement_(node, scope);
    static const QStringList notCode{u"Pos"_s, u"End"_s, u"Position"_s, u"Comments"_s, u"Last"_s};
    for (auto member = node.begin(); member != node.end(); ++member)
        if (member.value().isObject() || member.value().isArray())
            if (!notCode.contains(member.key()) || member.value().isArray())
                children(member.value(), scope);
}

void Walker::substitutions(const QJsonValue& value, const Start& scope)
{
    if (value.isArray()) {
        for (const auto& item : value.toArray())
            substitutions(item, scope);
        return;
    }
    const auto node = value.toObject();
    if (node.isEmpty())
        return;
    if (const auto type = node.value("Type"_L1).toString(); type == u"CmdSubst" || type == u"ProcSubst") {
        auto inner = scope;
        const bool outer = std::exchange(m_pipesOut, true);
        visitList(node.value("Stmts"_L1).toArray(), inner);
        m_pipesOut = outer;
        return;
    }
    for (auto member = node.begin(); member != node.end(); ++member)
        if (member.value().isObject() || member.value().isArray())
            substitutions(member.value(), scope);
}

QList<Redirection> Walker::redirections(const QJsonArray& list, const Start& scope)
{
    QList<Redirection> out;
    for (const auto& item : list) {
        const auto node = item.toObject();
        Redirection redirection;
        redirection.op = operatorAt(node);
        if (redirection.op.isEmpty())
            unsure(u"redirects in a way that is not known here"_s, node);
        redirection.target = readPlainWord(object(node, "Word"_L1), m_source);
        if (node.contains("Hdoc"_L1)) {
            const auto body = object(node, "Hdoc"_L1);
            const auto end = m_source.span(object(node, "Word"_L1));
            const auto delimiter = QStringView(m_source.text()).sliced(end.start, end.length);
            redirection.bodyQuoted = delimiter.contains(u'\'') || delimiter.contains(u'"') || delimiter.contains(u'\\');
            redirection.body = readPlainWord(body, m_source, true);
            if (redirection.bodyQuoted) {
                QString raw;
                for (const auto& part : body.value("Parts"_L1).toArray())
                    raw += part.toObject().value("Value"_L1).toString();
                redirection.body->text = raw;
            }
            m_out.hereDocuments << m_source.span(body);
        } else if (redirection.op == u"<<" || redirection.op == u"<<-") {
            redirection.body = Word();
        }
        substitutions(node, scope);
        out << redirection;
    }
    return out;
}

QList<Assignment> Walker::assignments(const QJsonArray& list, const Start& scope)
{
    QList<Assignment> out;
    for (const auto& item : list) {
        const auto node = item.toObject();
        Assignment assignment;
        assignment.name = object(node, "Name"_L1).value("Value"_L1).toString();
        assignment.hasValue = !node.value("Naked"_L1).toBool();
        assignment.value = readPlainWord(object(node, "Value"_L1), m_source);
        if (!node.contains("Value"_L1))
            assignment.value.span = m_source.span(node);
        if (node.contains("Array"_L1) || node.contains("Index"_L1) || node.value("Append"_L1).toBool())
            m_out.blurred << assignment.name;
        else if (assignment.hasValue)
            bindVariable(assignment.name, assignment.value);
        substitutions(node, scope);
        out << assignment;
    }
    return out;
}

void Walker::call(const QJsonObject& node, QList<Redirection> redirections, Start& scope)
{
    Invocation invocation;
    invocation.assignments = assignments(node.value("Assigns"_L1).toArray(), scope);
    invocation.redirections = std::move(redirections);
    for (const auto& argument : node.value("Args"_L1).toArray())
        invocation.argv << readWord(argument.toObject(), m_source);
    invocation.input = scope.input;
    invocation.folder = scope.folder;
    invocation.pipesOut = m_pipesOut;
    invocation.span = m_source.span(node);
    substitutions(node.value("Args"_L1), scope);
    trackFolder(invocation, scope);
    noteVariables(invocation);
    emitInvocation(std::move(invocation));
}

void Walker::declaration(const QJsonObject& node, QList<Redirection> redirections, Start& scope)
{
    Invocation invocation;
    const auto variant = object(node, "Variant"_L1);
    Word name;
    name.text = variant.value("Value"_L1).toString();
    name.span = m_source.span(variant);
    invocation.argv << name;
    const auto all = assignments(node.value("Args"_L1).toArray(), scope);
    for (const auto& assignment : all) {
        if (assignment.name.isEmpty())
            invocation.argv << assignment.value;
        else
            invocation.assignments << assignment;
        if (assignment.name.isEmpty() && assignment.value.text.startsWith(u'-') &&
            (assignment.value.text.contains(u'n') || assignment.value.text.contains(u'i')))
            m_out.blursAll = true;
    }
    if (name.text == u"nameref")
        m_out.blursAll = true;
    invocation.redirections = std::move(redirections);
    invocation.declares = true;
    invocation.folder = scope.folder;
    invocation.span = m_source.span(node);
    emitInvocation(std::move(invocation));
}

// What gives variables a value that cannot be read here.
void Walker::noteVariables(const Invocation& invocation)
{
    if (invocation.argv.isEmpty())
        return;
    const auto name = invocation.argv.first().text;
    static const QStringList setting{u"read"_s,   u"mapfile"_s, u"readarray"_s, u"getopts"_s,
                                     u"printf"_s, u"let"_s,     u"unset"_s,     u"wait"_s};
    static const QStringList anything{u"eval"_s, u"source"_s, u"."_s, u"builtin"_s, u"command"_s, u"trap"_s};
    if (setting.contains(name))
        for (const auto& word : invocation.argv.sliced(1)) {
            m_out.blurred << word.text.section(u'=', 0, 0);
            m_out.blursAll = m_out.blursAll || word.unknown();
        }
    if (name == u"read" || name == u"mapfile" || name == u"readarray")
        m_out.blurred << u"REPLY"_s << u"MAPFILE"_s;
    m_out.blursAll = m_out.blursAll || anything.contains(name);
}

void Walker::trackFolder(const Invocation& invocation, Start& scope)
{
    if (invocation.argv.isEmpty())
        return;
    const auto name = invocation.argv.first().text;
    if (name == u"popd")
        scope.folder = hole;
    if (name != u"cd" && name != u"pushd")
        return;
    Word target;
    target.text = u"~"_s;
    for (const auto& word : invocation.argv.sliced(1))
        if (!word.text.startsWith(u'-') || word.text == u"-")
            target = word;
    scope.folder = changeFolder(scope.folder, target);
}

void Walker::emitInvocation(Invocation invocation)
{
    if (m_out.invocations.size() == mostInvocations) {
        m_out.findings << Finding{
            Verdict::Confirm, u"unreadable"_s, u"holds more than %1 commands"_s.arg(mostInvocations),
            u"parse.many"_s,  invocation.span, true};
    }
    if (m_out.invocations.size() <= mostInvocations)
        m_out.invocations << std::move(invocation);
}
} // namespace

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

Script walk(const QJsonObject& tree, const QString& text, const Start& start)
{
    return Walker(text, start).run(tree);
}

} // namespace switchyard::gate
