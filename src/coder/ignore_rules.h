#pragma once

#include <QRegularExpression>
#include <QString>

namespace switchyard::coder {

//! A glob as git writes it (`*`, `?`, `[…]`, `**` over folders) as an anchored expression over a path with '/'.
QString globToExpression(const QString& glob);

//! What .gitignore files say, read simply: comments, negation, folders only, anchored patterns; the last match wins.
//! Not read: the user's global ignore file and .git/info/exclude.
class IgnoreRules
{
public:
    //! The lines of one .gitignore; `folder` is where it lies, relative to the root, empty for the root itself.
    void add(const QString& lines, const QString& folder);
    //! `path` is relative to the root. Folders of git itself are always ignored.
    bool ignores(const QString& path, bool isFolder) const;

private:
    struct Rule {
        QRegularExpression expression;
        bool negated = false;
        bool foldersOnly = false;
    };
    QList<Rule> m_rules;
};

} // namespace switchyard::coder
