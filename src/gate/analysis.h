#pragma once

#include "gate/path_class.h"
#include "gate/rules.h"
#include "gate/walker.h"

#include <QJsonArray>

namespace switchyard::gate {

//! A script that is still to be parsed: the command itself, or one found inside another.
struct PendingScript {
    QString text;
    Span origin; //!< where it stands in the command the user sees
    Start start;
    int depth = 0;
    int parent = -1;    //!< of the tree that explain() shows
    QString label;      //!< "bash -c"
    bool whole = false; //!< the command itself: its own positions count
    bool fromFile = false;
};

constexpr int deepestUnfolding = 8;
constexpr int mostScripts = 60;

//! Judges one command: takes parsed scripts, gives findings and the scripts found inside. Synchronous; runs nothing;
//! reads files only below the context's worktree.
class Analysis
{
public:
    Analysis(std::shared_ptr<const RuleBook> rules, Context context);

    void addScript(PendingScript script);
    std::optional<PendingScript> nextScript();
    //! Guards; false if there is no use in parsing.
    bool admit(const PendingScript& script);
    void unreadable(const PendingScript& script, const Error& error);
    void parsed(const PendingScript& script, const QJsonObject& tree);

    Judgement judgement() const;
    QJsonObject explanation() const;

private:
    struct Frame { //!< the script that is being judged
        PendingScript script;
        Script parsed;
        int node = -1;
    };
    struct Written {
        std::optional<QString> content;
    };

    // analysis.cpp
    void report(Finding finding);
    void report(const QString& category, const QString& reason, const QString& rule, Span span, bool floor = false);
    Span outward(Span span) const;
    void invocation(const Invocation& invocation, int depth);
    void command(Invocation invocation, int depth);
    void applyRules(const Arguments& arguments, const Invocation& invocation);
    void variants(const Invocation& invocation, int depth);
    bool checkName(const Invocation& invocation);
    void remember(const Invocation& invocation, int order);
    // effects.cpp
    void environment(const Invocation& invocation);
    void setting(const QString& name, const Word& value, Span span);
    void gitSetting(const QString& key, const Word& value, Span span);
    void redirections(const Invocation& invocation);
    void written(const Word& path, const Invocation& invocation, const QString& how);
    void writes(const Arguments& arguments, const Invocation& invocation);
    void ownFiles(const Invocation& invocation);
    void runsFile(const Word& file, const Invocation& invocation, int depth, const QString& language);
    void runsMatches(const Word& pattern, const Invocation& invocation, int depth, const QString& language);
    bool runsDescriptor(const Word& file, const Invocation& invocation, int depth, const QString& language);
    std::optional<QString> readInWorktree(const Word& file, const Invocation& invocation) const;
    void note(const Word& path, const Invocation& invocation, std::optional<QString> content);
    void unpacked(const Arguments& arguments, const Invocation& invocation);
    // unfold.cpp
    bool unfold(const Arguments& arguments, const Invocation& invocation, int depth);
    void wrapper(const WrapperSpec& spec, const QString& id, const Invocation& invocation, int depth);
    void interpreter(const InterpreterSpec& spec, const Invocation& invocation, int depth);
    void code(const QString& language, const Word& code, const Invocation& invocation, int depth);
    void inputAsCode(const QString& language, const Invocation& invocation, int depth);
    void script(const Word& text, const Invocation& invocation, int depth, const QString& label);
    void joined(const QList<Word>& words, const Invocation& invocation, int depth, const QString& label);
    void inner(QList<Word> argv, const Invocation& outer, int depth);
    // handlers, by the name a rule gives
    void handleShell(const Invocation& invocation, int depth);
    void handleEval(const Invocation& invocation, int depth);
    void handleTrap(const Invocation& invocation, int depth);
    void handleAlias(const Invocation& invocation, int depth);
    void handleSource(const Invocation& invocation, int depth);
    void handleFind(const Invocation& invocation, int depth);
    void handleGit(const Invocation& invocation, int depth);
    void handleSubscripts(const Invocation& invocation, int depth);
    void handleParallel(const Invocation& invocation, int depth);
    void handleTargets(const Invocation& invocation, int depth);

    const std::shared_ptr<const RuleBook> m_rules;
    const Context m_context;
    QList<PendingScript> m_pending;
    int m_scripts = 0;
    int m_simpleCommands = 0;
    bool m_straight = false;
    Frame m_frame;
    QList<Finding> m_findings;
    int m_reports = 0; //!< findings, those that were there already included
    QList<Judgement::Command> m_commands;
    QHash<QString, Written> m_written;
    QStringList m_cloned;   //!< folders that the command line itself brings
    QSet<QString> m_looked; //!< files and targets that were looked into, so that none is followed twice
    QJsonArray m_nodes;
    QList<Span> m_skipped; //!< what the guards left out of the script at hand
    QJsonArray m_currentCommands;
};

} // namespace switchyard::gate
