#pragma once

#include "base/result.h"

#include <QCoro/QCoroTask>
#include <QJsonObject>
#include <QStringList>

namespace switchyard::gate {

enum class Verdict { Safe, Confirm, Deny };
QString verdictName(Verdict verdict);

//! Where a command would run; paths absolute. Empty context: judged without any (as `swy gate classify` does).
struct Context {
    QString cwd;
    QString worktree; //!< the task's folder: what lies in it is the task's
    QString home;
    QString shell = u"bash"_s;
    QStringList own = {}; //!< Switchyard's folders where they are not the usual ones
};

struct Judgement {
    Verdict verdict = Verdict::Confirm;
    QString category;    //!< "fs-delete", "git-discard", "privilege", "unreadable"…; empty when safe
    QStringList reasons; //!< plain words, the strictest first: "deletes a file"; empty when safe
    QString rule;        //!< id of the deciding rule
    struct Span {
        qsizetype start, length; //!< in the command text: what to mark as dangerous
        bool operator==(const Span&) const = default;
    };
    QList<Span> marks;
    //! A simple command that the reasons are about, as far as it can be read: for previews.
    struct Command {
        struct Word {
            QString text;
            bool known = true;    //!< false: parts of it only the running shell knows
            bool pattern = false; //!< * and ? stand for files
        };
        QList<Word> words;
        QString folder; //!< where it runs: relative to the start, or absolute
        int order = 0;  //!< among all simple commands, in the order of the text, from 0
    };
    QList<Command> commands;
    int simpleCommands = 0; //!< all that were found, those without a reason included
    bool straight = false;  //!< they run one after the other in that order
    QStringList rules;      //!< of all reasons
    bool floor = false;     //!< a reason that no rule or grant can take away
    QJsonObject toJson() const;
};

//! Reads, unfolds and judges commands before they run (docs/gate.md). Runs nothing but the parser. What cannot be read
//! is Confirm, never Safe. One object may judge many commands, also several at once, on its own thread.
//! A file of rules, read already.
struct RuleFile {
    QString name;
    QByteArray json;
};

class Gate
{
public:
    //! Built-in rules (compiled in) and the user's, from `userRules`/*.json. A damaged user file is an error that names
    //! it; callers then use failClosed().
    static Result<std::shared_ptr<const Gate>> load(const QString& userRules = {},
                                                    const QList<RuleFile>& ofProject = {});
    //! Confirms everything, with `why` as the reason.
    static std::shared_ptr<const Gate> failClosed(const QString& why);
    virtual ~Gate() = default;

    virtual QCoro::Task<Judgement> judge(QString command, Context context) const = 0;
    //! The tree, the rule and why, for people: `swy gate explain`.
    virtual QCoro::Task<QJsonObject> explain(QString command, Context context) const = 0;
};

//! What the judged commands would touch, computed without running them, within 200 ms; one line each: files and bytes
//! with tracked, untracked and ignored ones apart, commits that nothing would reach any more, tables, processes. What
//! cannot be known is said; empty if there is nothing to say. May be called from a worker thread.
QStringList previewImpact(const Judgement& judgement, const Context& context);

} // namespace switchyard::gate
