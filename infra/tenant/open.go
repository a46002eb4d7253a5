package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ledger/dynamo"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/store"
)

// open returns the store of the house, and what to call when all is done. Mail is not touched: there are no blobs.
func (f *flags) open(ctx context.Context) (*store.Store, func() error, error) {
	if f.data != "" {
		return f.openData()
	}
	var opts []func(*config.LoadOptions) error
	if f.region != "" {
		opts = append(opts, config.WithRegion(f.region))
	}
	conf, err := config.LoadDefaultConfig(ctx, opts...)
	if err != nil {
		return nil, nil, fmt.Errorf("AWS cannot be reached: %w", err)
	}
	if conf.Region == "" {
		return nil, nil, errors.New("name the region of the table with -region")
	}
	client := dynamodb.NewFromConfig(conf)
	_, err = client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &f.table})
	var none *types.ResourceNotFoundException
	if errors.As(err, &none) {
		return nil, nil, fmt.Errorf("there is no table %s in %s: name it with -table, its region with -region", f.table, conf.Region)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("table %s cannot be reached: %w", f.table, err)
	}
	return store.New(dynamo.New(client, f.table, time.Now), nil, time.Now), func() error { return nil }, nil
}

// openData opens the folder of a house that does not run: a running one would not look at what we write.
func (f *flags) openData() (*store.Store, func() error, error) {
	if err := os.MkdirAll(f.data, 0o700); err != nil {
		return nil, nil, fmt.Errorf("data folder %s cannot be used: %w", f.data, err)
	}
	lock, err := os.OpenFile(filepath.Join(f.data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("data folder %s cannot be used: %w", f.data, err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, nil, fmt.Errorf("a guichet runs on %s: close it first, or choose another folder with -data", f.data)
	}
	db, err := sqlite.Open(filepath.Join(f.data, "ledger.db"), time.Now)
	if err != nil {
		lock.Close()
		return nil, nil, fmt.Errorf("data folder %s cannot be used: %w", f.data, err)
	}
	return store.New(db, nil, time.Now), func() error { return errors.Join(db.Close(), lock.Close()) }, nil
}
