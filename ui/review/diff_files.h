#pragma once

#include "model/diff.h"

#include "ui/log/view_colors.h"

#include <QSet>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

namespace switchyard::ui {

//! The files of a change as a tree of folders; folders that hold only one folder are joined ("src/base").
class DiffFilesModel : public QStandardItemModel
{
    Q_OBJECT
public:
    enum Role {
        FileRole = Qt::UserRole, //!< index into Diff::files, -1 for a folder
        ChangeRole,              //!< int(DiffFile::Change)
        AddedRole,
        RemovedRole,
        ViewedRole,
    };
    using QStandardItemModel::QStandardItemModel;
    //! Keeps the items when only numbers have changed, so that selection and scrolling stay.
    void setDiff(const Diff& diff, const QSet<QString>& viewed);
    QModelIndex indexOf(int file) const;

private:
    void fill(const Diff& diff);
    void update(QStandardItem* item, const DiffFile& file, bool viewed) const;
    QStringList m_paths;
    QList<QStandardItem*> m_items; //!< by file
};

//! "M  calculator.py          +64 −3": letter, name and counts in a row; a tick when viewed.
class DiffFilesDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

//! "A", "M", "D", "R".
QString changeLetter(DiffFile::Change change);
QColor changeColor(DiffFile::Change change, const ViewColors& colors);

} // namespace switchyard::ui
