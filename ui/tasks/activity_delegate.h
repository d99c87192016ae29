#pragma once

#include "ui/models/activity_model.h"

#include <QStyledItemDelegate>
#include <QTextDocument>

namespace switchyard::ui {

//! Draws the rows of the activity stream. Heights and laid out texts are cached by row and revision.
class ActivityDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit ActivityDelegate(QObject* parent);
    ~ActivityDelegate() override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void forget();
    void setWidth(int width);

private:
    struct Cache;
    QTextDocument* document(const ActivityItem& item, int row, const QStyleOptionViewItem& option) const;
    void paintRow(QPainter* painter, const QStyleOptionViewItem& option, const ActivityItem& item, int row) const;
    void paintHeading(QPainter* painter, const QStyleOptionViewItem& option, const ActivityItem& item, int row) const;
    void paintBody(QPainter* painter, const QStyleOptionViewItem& option, const ActivityItem& item, int row,
                   int top) const;
    void paintText(QPainter* painter, const QStyleOptionViewItem& option, const ActivityItem& item, int row) const;
    std::unique_ptr<Cache> m_cache;
    int m_width = 400;
};

} // namespace switchyard::ui
