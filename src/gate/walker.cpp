#include "gate/walker.h"

#include "gate/call_parts.h"

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
    void bindVariable(const QString& name, const Word& value) { m_out.variables[name] << value; }
    void unsure(const QString& why, const QJsonObject& node)
    {
        m_out.findings << Finding{Verdict::Confirm,     u"unreadable"_s,     why,
                                  u"parse.construct"_s, m_source.span(node), true};
    }

    const SourceMap m_source;
    const Start m_start;
    Script m_out;
    QStringList m_inFunctions;
    int m_depth = 0;
    bool m_pipesOut = false;
};

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
    const auto op = operatorAt(node, m_source);
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
    rightScope.input = pipedFrom(left, m_source);
    statement_(right, rightScope);
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
        redirection.op = operatorAt(node, m_source);
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
    scope.folder = folderAfter(invocation, scope.folder);
    noteVariables(invocation, m_out);
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

Script walk(const QJsonObject& tree, const QString& text, const Start& start)
{
    return Walker(text, start).run(tree);
}

} // namespace switchyard::gate
